import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { RequestHeaders } from "@/access/caller";
import { type Context, contextOf } from "@/rpc/context";
import { securityHeaders } from "@/rpc/security-headers";

/** What a route answers. */
export interface HttpAnswer {
  /** 200 where it is not given. */
  status?: number;
  headers?: OutgoingHttpHeaders;
  body?: string | Uint8Array;
}

/** One request while it is answered. */
export class HttpCall {
  readonly ctx: Context;
  readonly headers: RequestHeaders;
  readonly method: string;
  /** Segments of the path by the names in the route, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** As Node gives it: for its body, see `readText`. */
  readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private readQuery: URLSearchParams | undefined;
  private leaving: AbortController | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, params: Record<string, string>) {
    this.request = request;
    this.response = response;
    this.params = params;
    this.method = request.method ?? "GET";
    this.ctx = contextOf(request);
    this.headers = this.ctx.headers;
  }

  /** As `fetch` has them, for code that knows no server. */
  get fetchHeaders(): Headers {
    const headers = new Headers();
    for (const [name, value = []] of Object.entries(this.request.headers))
      for (const one of [value].flat()) headers.append(name, one);
    return headers;
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
    const isWorthPacking = body.length >= worthPacking && !headers["content-encoding"];
    const bytes = isWorthPacking ? await packed(body, this.headers, headers) : body;
    if (response.headersSent || response.destroyed) return void response.destroy();
    if (status !== 304 && status !== 204) headers["content-length"] = Buffer.byteLength(bytes);
    response.writeHead(status, headers);
    response.end(bytes);
    if (!request.complete) cutLater(request, response);
  }
}

const compress = promisify(gzip);
const worthPacking = 4_096;

async function packed(body: string | Uint8Array, asked: RequestHeaders, headers: OutgoingHttpHeaders) {
  headers.vary = [headers.vary ?? [], "accept-encoding"].flat().join(", ");
  if (!/\bgzip\b/.test(asked.get("accept-encoding") ?? "")) return body;
  headers["content-encoding"] = "gzip";
  return compress(body, { level: 1 });
}

const graceMs = 1_000;

/** Close the connection of a client that is still sending, after a moment in which it can read the refusal. */
function cutLater(request: IncomingMessage, response: ServerResponse): void {
  response.once("finish", () => {
    setTimeout(() => request.complete || request.destroy(), graceMs).unref();
  });
}
