import type { IncomingMessage, ServerResponse } from "node:http";
import { countCallFrom } from "@/access/rate-limit";
import { Fault, faults } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { recordRefusal } from "@/rpc/audit";
import type { Context } from "@/rpc/context";
import { faultOf, reportBug, restErrorShape, retryAfter } from "@/rpc/error-shape";
import { type HttpAnswer, HttpCall } from "@/rpc/http-call";
import { assertNotForeign, assertSameOrigin } from "@/rpc/same-origin";

/** What must hold for a request before anything is done with it, and before its body is read. */
export interface RouteRules {
  /** The name of what is called, for the audit and the log. */
  name: string;
  /** Methods that are answered; others get 405 with `Allow`. */
  methods: readonly string[];
  /** The message of a 405; by default it names the methods. */
  wrongMethod?: Reason;
  /** Content types that a POST may have; where absent its body is not read. */
  accepts?: readonly string[];
  /**
   * From where a browser may send it. `anywhere`: changes nothing. `ownPages`: a session cookie is enough to change
   * something. `notForeignPages`: protected by a CSRF token, and may come without `Origin`.
   */
  from: "anywhere" | "ownPages" | "notForeignPages";
  /** How many calls it counts as in the rate limit; 1 when absent. 0 only for routes that reveal and cost nothing, or have limits of their own. */
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
 * The only way to make a route: request id, rate limits, method, content type and origin are checked in this order,
 * then the route is called, and what it throws is answered as a fault and audited. No other code writes to a response
 * of the API.
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

/** Let the first route whose path fits answer the request. @returns whether there is one */
export function answerFirst(
  routes: readonly HttpRoute[],
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  return routes.some((route) => route.handle(request, response));
}

/** Whether a route was made by `httpRoute`. */
export function isHttpRoute(route: object): boolean {
  return made.has(route);
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

/** Any web page can send other types than JSON without a CORS preflight. An encoded body could hide its content. */
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

/** Add `Retry-After` to the answer of a rate-limited caller. */
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
