import { Fault } from "@/lib/fault";

/** Longer tokens do not fit into a header that hosts accept. */
const longest = 32_768;

/**
 * The answer of a token endpoint with what Slipway uses of it. What a host has spelled in its own way is mended or left
 * out rather than refused: the refresh token it answers to is spent by now.
 * @throws Fault `bad_response` reason `host_shape` for a token that no header can hold
 */
export async function plainTokens(response: Response, host: string): Promise<Response> {
  if (response.status !== 200) return response;
  const body = await jsonOf(response.clone());
  if (!body || typeof body.access_token !== "string") return response;
  const { access_token, refresh_token } = body;
  if (!isSendable(access_token)) throw odd(host, "access_token");
  const lasting = typeof refresh_token === "string" && isSendable(refresh_token);
  const seconds = secondsOf(body.expires_in);
  const plain = {
    access_token,
    token_type: body.token_type ?? "bearer",
    ...(lasting && { refresh_token }),
    ...(seconds !== null && { expires_in: seconds }),
  };
  const headers = { "content-type": response.headers.get("content-type") ?? "application/json" };
  return new Response(JSON.stringify(plain), { headers });
}

async function jsonOf(response: Response): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = await response.json();
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null; // the parser below reports what is wrong
  }
}

/** Null for an invalid lifetime, as if the host had sent none. */
function secondsOf(told: unknown): number | null {
  const seconds = typeof told === "string" ? Number(told.trim() || Number.NaN) : told;
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

function isSendable(token: string): boolean {
  return token.length <= longest && /^[\x21-\x7e]+$/.test(token);
}

function odd(host: string, field: string): Fault {
  return new Fault("bad_response", { code: "host_shape", params: { host, field } });
}
