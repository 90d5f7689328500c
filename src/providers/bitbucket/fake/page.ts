import type { SimulateOptions } from "@/providers/simulator/simulated";

/** Who asks: a person with an API token or through an OAuth consumer, or a token of a workspace. */
export interface Asker {
  login: string;
  kind: "apiToken" | "accessToken" | "oauth";
  scopes: string[];
}

export interface Call {
  server: SimulateOptions;
  url: URL;
  asker: Asker | null;
  method: string;
  /** Decoded parts of the path. */
  parts: string[];
  /** JSON that was sent. */
  body: Record<string, unknown>;
}

export interface Answer {
  status: number;
  body: unknown;
}

const DEFAULT_SIZE = 10;
const MAX_SIZE = 100;

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function failure(status: number, message: string, detail?: unknown): Answer {
  return { status, body: { type: "error", error: { message, ...(detail ? { detail } : {}) } } };
}

/** The web address and the root of the API, without slashes at their ends. */
export function addresses({ server }: Pick<Call, "server">) {
  const web = server.baseUrl.replace(/\/$/, "");
  return { web, api: `${web}/!api/2.0` };
}

/** One page of rows: `next` is a whole address, and absent on the last page. */
export function paged<Row>(
  call: Call,
  rows: Row[],
  toJson: (row: Row) => unknown,
  maxSize = MAX_SIZE,
): Answer {
  const page = Number(call.url.searchParams.get("page") ?? 1);
  const asked = Number(call.url.searchParams.get("pagelen") ?? DEFAULT_SIZE);
  if (!Number.isInteger(page) || page < 1) return failure(400, "Invalid page");
  const pagelen = Math.min(Math.max(1, asked), maxSize);
  const values = rows.slice((page - 1) * pagelen, page * pagelen).map(toJson);
  const next = new URL(call.url);
  next.searchParams.set("page", String(page + 1));
  const more = page * pagelen < rows.length ? { next: next.href } : {};
  return ok({ values, pagelen, size: rows.length, page, ...more });
}
