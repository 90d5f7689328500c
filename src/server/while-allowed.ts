import type { Permission } from "@/access/policy";
import { Fault } from "@/lib/fault";
import { createContext } from "@/rpc/context";
import { faultOf } from "@/rpc/error-shape";
import { procedures } from "@/server/procedure-facts";

const everyMs = 1_000;

/**
 * Run a stream for as long as its caller may have it: a revoked key, an ended session, a lost role or membership
 * end it within about a second.
 * @param open starts the stream; it must end when the signal does
 */
export async function whileAllowed(
  request: Request,
  path: string,
  open: (signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
  const refused = new AbortController();
  const timer = setInterval(() => void check(request.headers, path).catch(() => refused.abort()), everyMs);
  const stop = () => clearInterval(timer);
  const answer = await open(AbortSignal.any([request.signal, refused.signal])).catch((error: unknown) => {
    stop();
    throw error;
  });
  const { status, headers } = answer;
  return new Response(answer.body && tracked(answer.body, stop), { status, headers });
}

/** Throws when the caller may no longer; while the database is away nobody is thrown out. */
async function check(headers: Headers, path: string): Promise<void> {
  try {
    await demand(headers, procedures.get(path)?.meta.access);
  } catch (error) {
    const { code } = faultOf(error);
    if (code === "unauthenticated" || code === "forbidden" || code === "rate_limited") throw error;
  }
}

async function demand(headers: Headers, access: string | undefined): Promise<void> {
  if (access === "anyone") return;
  const ctx = createContext(headers);
  if (access === "signedIn" || access === "sessionOnly") return void (await ctx.principal());
  const { permissions } = await ctx.caller();
  if (permissions.has(access as Permission)) return;
  throw new Fault("forbidden", { code: "permission_denied", params: { permission: access ?? "" } });
}

/** The same bytes; `ended` is called once they end, whoever ended them. */
function tracked(body: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const chunk = await reader.read().catch((error: unknown) => {
        ended();
        throw error;
      });
      if (!chunk.done) return controller.enqueue(chunk.value);
      ended();
      controller.close();
    },
    cancel(reason) {
      ended();
      return reader.cancel(reason);
    },
  });
}
