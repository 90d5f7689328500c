/** Headers that hold a secret, or belong to the connection of then. */
const LEFT_OUT =
  /^(?:authorization|cookie|x-gitlab-token|content-length|content-type|transfer-encoding|host)$/i;

/** A request from the log of a host: it keeps the body as JSON, whatever form it was sent in. Null without a body. */
export function loggedRequest(
  headers: Record<string, unknown> | null | undefined,
  payload: unknown,
): { headers: Headers; raw: Uint8Array } | null {
  if (typeof payload !== "object" || payload === null) return null;
  const kept = new Headers({ "content-type": "application/json" });
  for (const [name, value] of Object.entries(headers ?? {}))
    if (isHeader(name, value) && !LEFT_OUT.test(name)) kept.set(name, value);
  return { headers: kept, raw: Buffer.from(JSON.stringify(payload)) };
}

function isHeader(name: string, value: unknown): value is string {
  return /^[\w-]{1,100}$/.test(name) && typeof value === "string" && /^[\x20-\x7e]{0,2000}$/.test(value);
}
