import type { FakeApp } from "@/providers/github/fake/apps";
import type { Simulated, SimulateOptions } from "@/providers/simulator/simulated";
import type { WorldRepository } from "@/providers/simulator/world";

/** Who asks: a login, with the scopes of a classic token, or the permissions of a fine-grained one or of an App's. */
export interface Asker {
  login: string;
  /** Null for a fine-grained token. */
  scopes: string[] | null;
  /** Null gives all that there are. */
  permissions: string[] | null;
  /** The installation of an App, which is no person: what it was given. */
  reach?: (repository: WorldRepository) => boolean;
  /** Of the App, where it is one. */
  appId?: number;
  token?: string;
}

export interface Call {
  server: SimulateOptions;
  host: Pick<Simulated, "fullName">;
  url: URL;
  asker: Asker | null;
  /** When the limit begins anew, in Unix seconds. */
  resetsAt: number;
  /** Decoded parts of the path. */
  parts: string[];
  /** JSON that was sent. */
  body: Record<string, unknown>;
  /** It changes something, which an App does only where it is installed. */
  isWrite?: boolean;
}

/** A call that an App signed itself. */
export type Signed = Omit<Call, "asker"> & { asker: null; app: FakeApp; now: Date };

export interface SignedRoute {
  method: "GET" | "POST" | "PATCH";
  path: RegExp;
  answer(call: Signed): Answer;
}

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

const DEFAULT_SIZE = 30;
const MAX_SIZE = 100;

export function ok(body: unknown, headers?: Record<string, string>): Answer {
  return { status: 200, body, headers };
}

export function failure(status: number, message: string, headers?: Record<string, string>): Answer {
  const body = { message, documentation_url: "https://docs.github.com/rest" };
  return { status, body, headers };
}

/** The web address, without a slash at its end. */
export function base({ server }: Pick<Call, "server">): string {
  return server.baseUrl.replace(/\/$/, "");
}

export function addresses(call: Pick<Call, "server">): { web: string; api: string } {
  return { web: base(call), api: `${base(call)}/api/v3` };
}

/** One page of rows; too large a page is cut in silence, and a list of one page has no links. */
export function paged<Row>(
  call: Call,
  rows: Row[],
  toJson: (row: Row) => unknown,
  wrap = (items: unknown[]): unknown => items,
): Answer {
  const page = Math.max(1, Number(call.url.searchParams.get("page")) || 1);
  const asked = Number(call.url.searchParams.get("per_page")) || DEFAULT_SIZE;
  const size = Math.min(Math.max(1, asked), MAX_SIZE);
  const items = rows.slice((page - 1) * size, page * size).map(toJson);
  const last = Math.ceil(rows.length / size);
  const link = (number: number, rel: string) => {
    const url = new URL(call.url);
    url.searchParams.set("page", String(number));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, "prev")] : []),
    ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
    ...(page > 1 ? [link(1, "first")] : []),
  ];
  return ok(wrap(items), links.length > 0 ? { link: links.join(", ") } : {});
}
