import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { RequestHeaders } from "@/access/caller";
import { countCallFrom } from "@/access/rate-limit";
import { Fault, faults } from "@/lib/fault";
import { organizationHeader } from "@/lib/organization-header";
import type { Reason } from "@/lib/reason";
import { recordRefusal } from "@/rpc/audit";
import { readBytes, readText } from "@/rpc/body";
import { type Context, createContext, originOf } from "@/rpc/context";
import { faultOf, reportBug, restErrorShape, retryAfter } from "@/rpc/error-shape";
import { assertNotForeign, assertSameOrigin } from "@/rpc/same-origin";
import { securityHeaders } from "@/rpc/security-headers";

/** What a route answers. */
export interface HttpAnswer {
  /** 200 where it is not given. */
  status?: number;
  headers?: OutgoingHttpHeaders;
  body?: string | Uint8Array;
}

/** What must hold for a request before anything is done with it, and before its body is read. */
export interface RouteRules {
  /** The name of what is called, for the audit and the log. */
  name: string;
  /** Methods that are answered; others get 405 with `Allow`. */
  methods: readonly string[];
  /** The words of a 405; where absent they name the methods. */
  wrongMethod?: Reason;
  /** Content types that a POST may have; where absent its body is not read. */
  accepts?: readonly string[];
  /**
   * From where a browser may send it: `anywhere` what changes nothing, `ownPages` what a session cookie alone could
   * change, `notForeignPages` what is protected by a token of its own and may be sent without an `Origin`.
   */
  from: "anywhere" | "ownPages" | "notForeignPages";
  /** How many calls it counts as: 1 where absent. Only what tells nothing and costs nothing is not counted (0). */
  calls?: number;
}

export interface RouteOptions {
  /** `/api/:type/callback`: `:name` stands for one segment, `*` at the end for whatever follows. */
  path: string;
  rules: RouteRules | ((call: HttpCall) => RouteRules);
  /** Answer the request; null when `call.stream` has done so. */
  handle(call: HttpCall): Promise<HttpAnswer | null>;
  /** The answer to what went wrong. Where absent it is that of the REST API. */
  refuse?(call: HttpCall, fault: Fault): HttpAnswer;
}

const made = new WeakSet<object>();

/** One HTTP route. Only `httpRoute` makes them. */
export interface HttpRoute {
  readonly path: string;
  /** Answer the request when its path is that of the route. @returns whether it is */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

/**
 * The one way in: request id, limits, method, content type and origin are checked in this order, then the route is
 * asked, and whatever it throws is told as a fault and audited. No other code writes to a response of the API.
 */
export function httpRoute(options: RouteOptions): HttpRoute {
  const match = matcher(options.path);
  const route: HttpRoute = {
    path: options.path,
    handle(request, response) {
      const params = match(pathOf(request));
      if (params) void answer(options, new HttpCall(request, response, params));
      return params !== null;
    },
  };
  made.add(route);
  return route;
}

/** Whether a route was made by `httpRoute`. */
export function isHttpRoute(route: object): boolean {
  return made.has(route);
}

/** One request while it is answered. */
export class HttpCall {
  readonly ctx: Context;
  readonly method: string;
  /** Segments of the path by the names in the route, decoded. */
  readonly params: Readonly<Record<string, string>>;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private readQuery: URLSearchParams | undefined;
  private leaving: AbortController | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, params: Record<string, string>) {
    this.request = request;
    this.response = response;
    this.params = params;
    this.method = request.method ?? "GET";
    const headers = headersOf(request);
    const organizationId = headers.get(organizationHeader) ?? this.organizationInQuery();
    this.ctx = createContext(headers, originOf(headers), organizationId);
  }

  /** Event streams of browsers cannot send headers. */
  private organizationInQuery(): string | null {
    return this.target.includes(organizationHeader) ? this.query.get(organizationHeader) : null;
  }

  get headers(): RequestHeaders {
    return this.ctx.headers;
  }

  /** Path and query as they were sent. */
  get target(): string {
    return this.request.url ?? "/";
  }

  get query(): URLSearchParams {
    const at = this.target.indexOf("?");
    this.readQuery ??= new URLSearchParams(at < 0 ? "" : this.target.slice(at));
    return this.readQuery;
  }

  /** Aborted when the client leaves before the answer is complete. */
  get signal(): AbortSignal {
    if (!this.leaving) {
      const leaving = new AbortController();
      this.leaving = leaving;
      if (this.response.destroyed) leaving.abort();
      this.response.once("close", () => {
        if (!this.response.writableFinished) leaving.abort();
      });
    }
    return this.leaving.signal;
  }

  /** The body as text. @throws Fault `too_large` | `invalid_input` */
  readText(limit?: number): Promise<string> {
    return readText(this.request, limit);
  }

  /** The body as it was sent, to check a signature over it. @throws Fault `too_large` | `invalid_input` */
  readBytes(limit?: number): Promise<Uint8Array> {
    return readBytes(this.request, limit);
  }

  /** Send the head of an answer that has no known end; whoever called writes and ends it. */
  stream(headers: OutgoingHttpHeaders): ServerResponse {
    const { response } = this;
    response.writeHead(200, { ...securityHeaders(), ...this.ctx.answerHeaders, ...headers });
    return response;
  }

  /** Send a whole answer. */
  async send(answer: HttpAnswer): Promise<void> {
    const { request, response } = this;
    const { status = 200, body = "" } = answer;
    const headers: OutgoingHttpHeaders = {
      ...securityHeaders(),
      ...this.ctx.answerHeaders,
      ...answer.headers,
    };
    const bytes = await packed(body, this.headers, headers);
    if (response.headersSent || response.destroyed) return void response.destroy();
    if (status !== 304 && status !== 204) headers["content-length"] = Buffer.byteLength(bytes);
    response.writeHead(status, headers);
    response.end(bytes);
    if (!request.complete) cutLater(request, response);
  }
}

async function answer(options: RouteOptions, call: HttpCall): Promise<void> {
  let name = options.path;
  try {
    const rules = await admitted(options, call);
    name = rules.name;
    const given = await options.handle(call);
    if (given) await call.send(given);
  } catch (error) {
    await call.send(refusal(options, call, name, error));
  }
}

/** A request that was refused before it was handled is audited here; later on what was called does so itself. */
async function admitted({ rules, path }: RouteOptions, call: HttpCall): Promise<RouteRules> {
  let name = path;
  try {
    const isFree = typeof rules !== "function" && rules.calls === 0;
    if (!isFree) countCallFrom(call.ctx.origin.address);
    const found = typeof rules === "function" ? rules(call) : rules;
    name = found.name;
    for (let more = 1; more < (found.calls ?? 1); more++) countCallFrom(call.ctx.origin.address);
    assertMethod(call, found);
    assertType(call, found);
    if (found.from === "ownPages") assertSameOrigin(call.headers);
    if (found.from === "notForeignPages") assertNotForeign(call.method, call.headers);
    return found;
  } catch (error) {
    await recordRefusal(call.ctx, name, error);
    throw error;
  }
}

function assertMethod({ method, ctx }: HttpCall, { methods, wrongMethod }: RouteRules): void {
  if (methods.includes(method)) return;
  ctx.answerHeaders.allow = methods.join(", ");
  const allowed = methods.filter((each) => each !== "HEAD").join(" or ");
  throw new Fault("method_not_allowed", wrongMethod ?? { code: "wrong_method", params: { allowed } });
}

/**
 * Other types than JSON can be sent by any web page without asking. A body that is encoded could hide what it is.
 */
function assertType({ method, headers }: HttpCall, { accepts }: RouteRules): void {
  if (method !== "POST" || !accepts) return;
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  if (accepts.includes(type.trim().toLowerCase()) && !headers.has("content-encoding")) return;
  throw new Fault("unsupported_media", { code: "not_json" });
}

function refusal(options: RouteOptions, call: HttpCall, name: string, error: unknown): HttpAnswer {
  const fault = faultOf(error);
  reportBug(error, call.ctx, name);
  addRetryAfter(call.ctx, fault);
  return options.refuse ? options.refuse(call, fault) : restRefusal(call, fault);
}

/** Tell a limited caller when to come back. */
export function addRetryAfter({ answerHeaders }: Context, fault: Fault): void {
  const seconds = retryAfter(fault);
  if (seconds) answerHeaders["retry-after"] = seconds;
}

/** A fault as the REST API tells it. */
export function restRefusal({ ctx }: HttpCall, fault: Fault): HttpAnswer {
  return json({ error: restErrorShape(fault, ctx.origin.requestId) }, faults[fault.code].http);
}

/** A value as JSON. */
export function json(value: unknown, status?: number): HttpAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** Headers of Node's own request, without a copy. */
export function headersOf({ headers }: IncomingMessage): RequestHeaders {
  return {
    get(name) {
      const value = headers[name];
      return value === undefined ? null : typeof value === "string" ? value : value.join(", ");
    },
    has: (name) => headers[name] !== undefined,
  };
}

function pathOf({ url = "/" }: IncomingMessage): string {
  const at = url.indexOf("?");
  return at < 0 ? url : url.slice(0, at);
}

/** A function from a path to the segments that the pattern names; null for a path that does not fit. */
function matcher(pattern: string): (path: string) => Record<string, string> | null {
  const names: string[] = [];
  const source = pattern
    .replace(/\*$/, ":*")
    .replace(/[.]/g, "\\.")
    .replace(/:(\*|\w+)/g, (_, name: string) => {
      names.push(name);
      return name === "*" ? "(.*)" : "([^/]+)";
    });
  const shape = new RegExp(`^${source}$`);
  return (path) => {
    const found = shape.exec(path);
    return found && Object.fromEntries(names.map((name, at) => [name, decode(found[at + 1] ?? "")]));
  };
}

/** A broken escape stays as it is, and names nothing. */
function decode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const compress = promisify(gzip);
const worthPacking = 4_096;

async function packed(body: string | Uint8Array, asked: RequestHeaders, headers: OutgoingHttpHeaders) {
  if (body.length < worthPacking || headers["content-encoding"]) return body;
  headers.vary = [headers.vary ?? [], "accept-encoding"].flat().join(", ");
  if (!/\bgzip\b/.test(asked.get("accept-encoding") ?? "")) return body;
  headers["content-encoding"] = "gzip";
  return compress(body, { level: 1 });
}

const graceMs = 1_000;

/** Whoever still sends gets a moment to read the refusal, and is then cut off. */
function cutLater(request: IncomingMessage, response: ServerResponse): void {
  response.once("finish", () => {
    setTimeout(() => request.complete || request.destroy(), graceMs).unref();
  });
}
