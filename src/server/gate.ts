import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { countCallFrom } from "@/access/rate-limit";
import { env } from "@/lib/env";
import { asFault, Fault, faults } from "@/lib/fault";
import { addressHeader, requestIdHeader, requestIdOf } from "@/rpc/context";
import { restErrorShape, retryAfter } from "@/rpc/error-shape";
import { answerFirst, type HttpRoute } from "@/rpc/http-route";
import { describePage } from "@/rpc/page-request";
import { securityHeaders } from "@/rpc/security-headers";
import { clientAddress } from "@/server/client-address";
import { setPageHeaders } from "@/server/page-headers";
import { isMethod, isReadable } from "@/server/readable";
import { siteHandler } from "@/server/site-server";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface Behind {
  /** Of the API; the first whose path fits answers. */
  routes: readonly HttpRoute[];
  /** Answers everything else: the pages and their files. */
  pages: Handler;
  /** Pages are served from sources, with hot reload. */
  dev?: boolean;
}

function answer(response: ServerResponse, status: number, text: string): void {
  for (const [name, value] of Object.entries(securityHeaders())) response.setHeader(name, value);
  if (!response.hasHeader("content-type")) response.setHeader("content-type", "text/plain; charset=utf-8");
  response.writeHead(status, { "cache-control": "no-store" });
  response.end(`${text}\n`);
}

/** The answer to requests between opening the port and the end of the start. */
export function starting(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("retry-after", "1");
  answer(response, 503, "Slipway is starting. Try again in a moment.");
}

/**
 * Every request passes here first. Only origin-form targets go on (`/path`): an absolute-form one asks for a
 * proxy, which this is not. Then the host name decides: a published site, or the app.
 */
export function gate({ routes, pages, dev = false }: Behind): Handler {
  return (request, response) => {
    const target = request.url ?? "";
    if (!target.startsWith("/") || target.startsWith("//")) {
      return answer(response, 400, "The request target must be a path on this server.");
    }
    if (request.headers.upgrade) return answer(response, 400, "Protocol upgrades are not offered here.");
    if (siteHandler(request, response)) return;
    request.headers[addressHeader] = addressOf(request); // replaces what the client sent
    const fault = unservable(request, response);
    if (fault) return refuse(request, response, fault);
    if (answerFirst(routes, request, response)) return;
    const limited = overLimit(request);
    if (limited) return refuse(request, response, limited);
    describePage(target, request.headers);
    setPageHeaders(request, response, dev);
    pages(request, response);
  };
}

function addressOf({ socket, headers }: IncomingMessage): string {
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",");
  return clientAddress(socket.remoteAddress ?? "unknown", forwarded, env().trustedProxies);
}

function unservable(request: IncomingMessage, response: ServerResponse): Fault | null {
  if (!isMethod(request.method)) {
    response.setHeader("allow", "GET, HEAD, POST");
    return new Fault("method_not_allowed", { code: "wrong_method", params: { allowed: "GET or POST" } });
  }
  return isReadable(request) ? null : new Fault("invalid_input", { code: "request_unreadable" });
}

/** A page costs more than most calls, so it counts as one. Files of the build cost nothing. */
function overLimit({ url = "", headers }: IncomingMessage): Fault | null {
  if (url.startsWith("/_next/static/")) return null;
  try {
    countCallFrom(String(headers[addressHeader]));
    return null;
  } catch (error) {
    return asFault(error);
  }
}

/** An API fault for API paths, else plain text. */
function refuse(request: IncomingMessage, response: ServerResponse, fault: Fault): void {
  const seconds = retryAfter(fault);
  if (seconds) response.setHeader("retry-after", seconds);
  const { http } = faults[fault.code];
  if (!request.url?.startsWith("/api/")) {
    answer(response, http, fault.message);
    return;
  }
  const requestId = requestIdOf([request.headers[requestIdHeader]].flat()[0] ?? null);
  response.setHeader(requestIdHeader, requestId);
  response.setHeader("content-type", "application/json");
  answer(response, http, JSON.stringify({ error: restErrorShape(fault, requestId) }));
}

/**
 * Refuse protocol upgrades: Node passes them to `upgrade` listeners, past every request handler, and Next's listener
 * would leave the socket open. Only hot reload needs them, a build does not.
 */
export function refuseUpgrades(server: Server): void {
  server.on("newListener", (event: string, listener: (...args: unknown[]) => void) => {
    if (event === "upgrade") queueMicrotask(() => server.removeListener(event, listener));
  });
}
