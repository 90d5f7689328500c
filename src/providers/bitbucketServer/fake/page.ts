import type { SimulateOptions } from "@/providers/simulator/simulated";

export interface Call {
  server: SimulateOptions;
  url: URL;
  /** Login of who asks; null for nobody. */
  login: string | null;
  /** Decoded parts of the path. */
  parts: string[];
  /** JSON that was sent; empty when there was none. */
  body: Record<string, unknown>;
}

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 1000;

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function failure(status: number, message: string, exception: string): Answer {
  const exceptionName = `com.atlassian.bitbucket.${exception}`;
  return { status, body: { errors: [{ message, exceptionName }] } };
}

export function base({ server }: Pick<Call, "server">): string {
  return server.baseUrl.replace(/\/$/, "");
}

/** One page of rows. `size` counts the page; there is no count of all. */
export function paged<Row>(call: Call, rows: Row[], toJson: (row: Row) => unknown): Answer {
  const start = Number(call.url.searchParams.get("start") ?? 0);
  const asked = Number(call.url.searchParams.get("limit") ?? DEFAULT_LIMIT);
  const limit = Math.min(Math.max(1, asked), MAX_LIMIT);
  const values = rows.slice(start, start + limit).map(toJson);
  const end = start + limit;
  const isLastPage = end >= rows.length;
  return ok({
    size: values.length,
    limit,
    isLastPage,
    values,
    start,
    ...(isLastPage ? {} : { nextPageStart: end }),
  });
}
