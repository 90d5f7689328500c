import type { HarnessOptions } from "@test/conformance/harness";
import { Fault, type FaultCode } from "@/lib/fault";

type Respond = NonNullable<HarnessOptions["respond"]>;

/** A host that misbehaves in one way, and the only fault that it may cause. */
export interface Hostile {
  name: string;
  respond: Respond;
  code: FaultCode;
}

function always(status: number, body: string, type: string, headers: Record<string, string> = {}): Respond {
  return () => new Response(body, { status, headers: { "content-type": type, ...headers } });
}

const json = "application/json";
const page = "<!DOCTYPE html><html><body>Sign in to continue</body></html>";

/** Every call of a forge that reads through an API ends in the code, and in nothing else. */
export const hostile: Hostile[] = [
  { name: "a web page", respond: always(200, page, "text/html; charset=utf-8"), code: "bad_response" },
  { name: "a web page that calls itself JSON", respond: always(200, page, json), code: "bad_response" },
  { name: "nothing at all", respond: always(200, "", json), code: "bad_response" },
  { name: "JSON that is cut off", respond: always(200, '[{"id": 1, "na', json), code: "bad_response" },
  { name: "JSON of another kind", respond: always(200, '{"hello":"world"}', json), code: "bad_response" },
  { name: "a number", respond: always(200, "42", json), code: "bad_response" },
  { name: "null items", respond: always(200, "[null,null]", json), code: "bad_response" },
  { name: "JSON nested 100,000 deep", respond: always(200, "[".repeat(100_000), json), code: "bad_response" },
  { name: "401", respond: always(401, '{"message":"no"}', json), code: "credential_rejected" },
  { name: "401 with a web page", respond: always(401, page, "text/html"), code: "bad_response" },
  { name: "403", respond: always(403, '{"message":"no"}', json), code: "permission_missing" },
  { name: "404", respond: always(404, '{"message":"no"}', json), code: "not_found" },
  { name: "410", respond: always(410, "{}", json), code: "unsupported" },
  { name: "403 with a web page", respond: always(403, page, "text/html"), code: "bad_response" },
  { name: "404 with a web page", respond: always(404, page, "text/html"), code: "bad_response" },
  { name: "451", respond: always(451, "{}", json), code: "permission_missing" },
  {
    name: "403 and nothing remaining",
    respond: always(403, "{}", json, { "x-ratelimit-remaining": "0" }),
    code: "rate_limited",
  },
  {
    name: "403 and words of a limit",
    respond: always(403, '{"message":"API rate limit exceeded"}', json),
    code: "rate_limited",
  },
  { name: "429", respond: always(429, "{}", json, { "retry-after": "-7" }), code: "rate_limited" },
  { name: "500", respond: always(500, "oops", "text/plain"), code: "unavailable" },
  { name: "503", respond: always(503, page, "text/html"), code: "unavailable" },
  {
    name: "a connection that breaks",
    respond: () => Promise.reject(new Fault("unavailable", { code: "connection_reset" })),
    code: "unavailable",
  },
];

/** The first page again and again, always with one more to come. */
export const endless: Respond = async (request, host) => {
  const url = new URL(request.url);
  const page = Number(url.searchParams.get("page") ?? 1);
  url.searchParams.set("page", "1");
  const response = await host.respond(new Request(url, request));
  const headers = new Headers(response.headers);
  const next = new URL(request.url);
  next.searchParams.set("page", String(page + 1));
  headers.set("link", `<${next.href}>; rel="next"`);
  if (headers.has("x-next-page")) headers.set("x-next-page", String(page + 1));
  for (const name of ["x-total-count", "x-total"]) if (headers.has(name)) headers.set(name, "99999999");
  return new Response(await response.arrayBuffer(), { status: response.status, headers });
};
