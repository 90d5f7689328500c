import type { z } from "zod";
import { Fault } from "@/lib/fault";
import type { Http, HttpLimits } from "@/lib/http";
import { logDeprecation } from "@/providers/kit/deprecation";
import { type ErrorMapping, refusalFault } from "@/providers/kit/refusal";

const MAX_BYTES = 8 * 1024 * 1024;

export interface JsonApiOptions {
  http: Http;
  /** Root of the API, ending in a slash: `https://git.example.com/sub/api/v1/`. */
  root: URL;
  errorMapping: ErrorMapping;
  /**
   * Header that carries the credential, sent with every call that is not anonymous. A function is called once, when the
   * first such call is made: opening a connection never fails.
   */
  authorization: Record<string, string> | (() => Record<string, string>);
  /** Headers of every call, also of those without a credential. */
  headers?: Record<string, string>;
  now: () => Date;
  signal?: AbortSignal;
  /** `follow` leaves redirects to the client, which never takes a credential to another origin. Default `manual`. */
  redirect?: "follow" | "manual";
}

export interface CallOptions {
  query?: Record<string, string | number | boolean | undefined>;
  /** Send no credential. */
  anonymous?: boolean;
  limits?: HttpLimits;
  /** Read ids of more than 15 digits as text: as numbers they would be rounded to others. */
  exactIds?: boolean;
}

interface SendOptions extends CallOptions {
  /** Sent as JSON; absent: no body at all. */
  body?: unknown;
}

export interface JsonAnswer<Body> {
  body: Body;
  headers: Headers;
}

/** The JSON API of one host. */
export interface JsonApi {
  /**
   * GET a path below the root and check its body. `path` is made with `pathOf`.
   * @throws Fault `credential_rejected` | `permission_missing` | `not_found` | `rate_limited` | `unavailable` |
   * `unsupported` | `bad_response` (reasons `not_this_host`, `host_page`, `host_not_json`, `host_shape`, …) |
   * `too_large` | those of `Http`
   */
  get<Body>(path: string, schema: z.ZodType<Body>, options?: CallOptions): Promise<JsonAnswer<Body>>;
  /** POST to a path below the root and check what comes back. @throws Fault as `get` */
  post<Body>(path: string, schema: z.ZodType<Body>, options?: SendOptions): Promise<JsonAnswer<Body>>;
  /** Change what is at a path below the root and check what comes back. @throws Fault as `get` */
  change<Body>(
    method: "PATCH" | "PUT",
    path: string,
    schema: z.ZodType<Body>,
    options?: SendOptions,
  ): Promise<JsonAnswer<Body>>;
  /** POST where the answer may be empty; what it holds is not looked at. @throws Fault as `get` */
  send(path: string, options?: SendOptions): Promise<void>;
  /** DELETE what is at a path below the root; what the answer holds is not looked at. @throws Fault as `get` */
  delete(path: string, options?: CallOptions): Promise<void>;
}

export function jsonApi(options: JsonApiOptions): JsonApi {
  const api = { ...options };
  return {
    get: async (path, schema, options = {}) => read(api, await asked(api, "GET", path, options), schema),
    post: async (path, schema, options = {}) => read(api, await asked(api, "POST", path, options), schema),
    change: async (method, path, schema, options = {}) =>
      read(api, await asked(api, method, path, options), schema),
    send: async (path, options = {}) => void (await asked(api, "POST", path, options)),
    delete: async (path, options = {}) => void (await asked(api, "DELETE", path, options)),
  };
}

/**
 * The API of an opened connection whose settings may not do: it is made once, at its first call, so that opening a
 * connection never fails.
 */
export function lazyJsonApi(optionsOf: () => JsonApiOptions): () => JsonApi {
  let made: JsonApi | undefined;
  return () => {
    made ??= jsonApi(optionsOf());
    return made;
  };
}

interface Answered {
  response: Response;
  text: string;
}

async function asked(
  api: JsonApiOptions,
  method: string,
  path: string,
  options: SendOptions,
): Promise<Answered> {
  const limits = { maxBytes: MAX_BYTES, ...options.limits };
  const response = await sent(api, requestOf(api, method, path, options), limits);
  const text = await textOf(api, response, limits.maxBytes);
  if (!response.ok) throw refusalOf(api, response, text);
  return { response, text: options.exactIds ? withExactIds(text) : text };
}

/** Within a JSON text the quotes of this pattern stand around a name only: inside of a value they are escaped. */
function withExactIds(text: string): string {
  return text.replace(/("\w{0,60}id"\s{0,10}:\s{0,10})(\d{16,20})(?=\s{0,10}[,}])/g, '$1"$2"');
}

function read<Body>(api: JsonApiOptions, { response, text }: Answered, schema: z.ZodType<Body>) {
  return { body: checked(api, schema, jsonOf(api, response, text)), headers: response.headers };
}

function requestOf(api: JsonApiOptions, method: string, path: string, options: SendOptions): Request {
  const url = new URL(path, api.root);
  for (const [name, value] of Object.entries(options.query ?? {})) {
    if (value !== undefined && value !== "") url.searchParams.set(name, String(value));
  }
  const headers = {
    accept: "application/json",
    ...api.headers,
    ...(options.anonymous ? {} : authorizationOf(api)),
    ...(options.body === undefined ? {} : { "content-type": "application/json" }),
  };
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  return new Request(url, { method, headers, body, redirect: api.redirect ?? "manual", signal: api.signal });
}

function authorizationOf(api: JsonApiOptions): Record<string, string> {
  if (typeof api.authorization === "function") api.authorization = api.authorization();
  return api.authorization;
}

async function sent(api: JsonApiOptions, request: Request, limits: HttpLimits): Promise<Response> {
  try {
    const response = await api.http.send(request, limits);
    if (announcesEnd(response.headers)) logDeprecation(api.errorMapping.host, request, response.headers);
    return response;
  } catch (cause) {
    throw cause instanceof Fault ? cause : fault(api, "unavailable", "host_no_answer", cause);
  }
}

/** `Deprecation` (RFC 9745) and `Sunset` (RFC 8594). */
function announcesEnd(headers: Headers): boolean {
  return headers.has("deprecation") || headers.has("sunset");
}

async function textOf(api: JsonApiOptions, response: Response, maxBytes: number): Promise<string> {
  try {
    const bytes = await response.arrayBuffer();
    if (bytes.byteLength > maxBytes) throw fault(api, "too_large", "host_answer_too_large");
    return new TextDecoder().decode(bytes);
  } catch (cause) {
    throw cause instanceof Fault ? cause : fault(api, "unavailable", "host_no_answer", cause);
  }
}

/** Is an answer a web page, whatever it calls itself? */
export function isPage(headers: Headers, text: string): boolean {
  const type = headers.get("content-type") ?? "";
  return /\bhtml\b/i.test(type) || /^\s*<(!doctype|html)/i.test(text.slice(0, 200));
}

function refusalOf(api: JsonApiOptions, response: Response, text: string): Fault {
  const { status, headers } = response;
  const page = isPage(headers, text) ? text.slice(0, 4_000) : undefined;
  const body = page === undefined ? (parsedJson(text) ?? text.slice(0, 1_000)) : null;
  return refusalFault({ status, headers, body, page }, api.errorMapping, api.now());
}

function jsonOf(api: JsonApiOptions, response: Response, text: string): unknown {
  if (isPage(response.headers, text)) throw fault(api, "bad_response", "not_this_host");
  const value = parsedJson(text);
  if (value === undefined) throw fault(api, "bad_response", "host_not_json");
  return value;
}

/**
 * The value of a JSON text without `__proto__` keys, and without what no database keeps in a text: NUL, and half a
 * surrogate pair. Undefined when it is not JSON.
 */
export function parsedJson(text: string): unknown {
  try {
    // The reviver costs time on long lists, so it runs only where such a thing may be written.
    return /__proto__|\\u(00|d[89a-f])/i.test(text) ? JSON.parse(text, storable) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function storable(key: string, value: unknown): unknown {
  if (key === "__proto__") return undefined;
  return typeof value === "string" ? value.replaceAll("\0", "").toWellFormed() : value;
}

function checked<Body>(api: JsonApiOptions, schema: z.ZodType<Body>, value: unknown): Body {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const field = result.error.issues[0]?.path.map(String).join(".").slice(0, 100) || "the whole answer";
  const params = { host: api.errorMapping.host, field };
  throw new Fault("bad_response", { code: "host_shape", params });
}

function fault(api: JsonApiOptions, code: Fault["code"], reason: string, cause?: unknown): Fault {
  return new Fault(code, { code: reason, params: { host: api.errorMapping.host } }, { cause });
}
