import type { Asker } from "@/providers/gitea/fake/auth";
import type { SimulateOptions } from "@/providers/simulator/simulated";

export const DEFAULT_LIMIT = 30;
export const MAX_LIMIT = 50;

export interface Call {
  server: SimulateOptions & { version: string };
  url: URL;
  asker: Asker | null;
  /** Decoded parts of the path. */
  parts: string[];
  /** JSON that was sent; empty when there was none. */
  body: Record<string, unknown>;
}

export type Answer = { status: number; headers?: Record<string, string> } & (
  | { body: unknown }
  | { message: string }
);

export function failure(status: number, message: string): Answer {
  return { status, message };
}

export function ok(body: unknown, headers?: Record<string, string>): Answer {
  return { status: 200, body, headers };
}

/** The answer as the server writes it down: a refusal leads to the documentation of the API. */
export function sent(baseUrl: string, answer: Answer): Response {
  if (answer.status === 204) return new Response(null, { status: 204 });
  const swagger = `${baseUrl.replace(/\/$/, "")}/api/swagger`;
  const errors = answer.status === 404 ? { errors: null } : {};
  const body = "message" in answer ? { ...errors, message: answer.message, url: swagger } : answer.body;
  const headers = {
    "cache-control": "max-age=0, private, must-revalidate, no-transform",
    "content-type": "application/json;charset=utf-8",
    ...answer.headers,
  };
  return new Response(JSON.stringify(body), { status: answer.status, headers });
}

/** ROOT_URL without its slash. */
export function base(call: Call): string {
  return call.server.baseUrl.replace(/\/$/, "");
}

/** One page of rows, with the headers that a server sends; too large a limit is cut in silence. */
export function paged<Row>(
  call: Call,
  rows: Row[],
  toJson: (row: Row) => unknown,
  wrap = (items: unknown[]): unknown => items,
) {
  const page = Math.max(1, Number(call.url.searchParams.get("page")) || 1);
  const asked = Number(call.url.searchParams.get("limit")) || DEFAULT_LIMIT;
  const limit = Math.min(Math.max(1, asked), MAX_LIMIT);
  const items = rows.slice((page - 1) * limit, page * limit).map(toJson);
  const headers = {
    "x-total-count": String(rows.length),
    ...links(call, page, Math.ceil(rows.length / limit)),
  };
  return ok(wrap(items), { ...headers, "access-control-expose-headers": "X-Total-Count, Link" });
}

/** Links carry ROOT_URL, whatever address was called. */
function links(call: Call, page: number, last: number): Record<string, string> {
  const root = new URL(call.server.baseUrl);
  const link = (number: number, rel: string) => {
    const url = new URL(call.url);
    url.protocol = root.protocol;
    url.host = root.host;
    url.searchParams.set("page", String(number));
    return `<${url.href}>; rel="${rel}"`;
  };
  const next = page < last ? [link(page + 1, "next"), link(last, "last")] : [];
  const previous = page > 1 ? [link(1, "first"), link(page - 1, "prev")] : [];
  const all = [...next, ...previous];
  return all.length > 0 ? { link: all.join(",") } : {};
}
