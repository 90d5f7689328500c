import type { IncomingMessage, ServerResponse } from "node:http";
import { env } from "@/lib/env";
import { Fault, faults } from "@/lib/fault";
import { addressHeader, requestIdHeader, requestIdOf } from "@/rpc/context";
import { restErrorShape } from "@/rpc/error-shape";
import { describePage } from "@/rpc/page-request";
import { clientAddress } from "@/server/client-address";
import { setCommonHeaders, setPageHeaders } from "@/server/page-headers";
import { isMethod, isReadable } from "@/server/readable";
import { siteHandler } from "@/server/site-server";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function answer(response: ServerResponse, status: number, text: string): void {
  setCommonHeaders(response);
  if (!response.hasHeader("content-type")) response.setHeader("content-type", "text/plain; charset=utf-8");
  response.writeHead(status, { "cache-control": "no-store" });
  response.end(`${text}\n`);
}

/** What is answered between taking the port and being able to serve. */
export function starting(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("retry-after", "1");
  answer(response, 503, "Slipway is starting. Try again in a moment.");
}

/**
 * Every request passes here first. Only origin-form targets go on (`/path`): an absolute-form one asks for a
 * proxy, which this is not. Then the host name decides: a published site, or the app.
 */
export function gate(app: Handler, dev = false): Handler {
  return (request, response) => {
    const target = request.url ?? "";
    if (!target.startsWith("/") || target.startsWith("//")) {
      return answer(response, 400, "The request target must be a path on this server.");
    }
    if (request.headers.upgrade) return answer(response, 400, "Protocol upgrades are not offered here.");
    if (siteHandler(request, response)) return;
    request.headers[addressHeader] = addressOf(request); // over whatever the client sent
    describePage(target, request.headers);
    setPageHeaders(request, response, dev);
    const requestId = target.startsWith("/api/") ? nameCall(request, response) : null;
    if (!isMethod(request.method)) refuse(response, requestId, notAMethod(response));
    else if (isReadable(request)) app(request, response);
    else refuse(response, requestId, new Fault("invalid_input", { code: "request_unreadable" }));
  };
}

function addressOf({ socket, headers }: IncomingMessage): string {
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",");
  return clientAddress(socket.remoteAddress ?? "unknown", forwarded, env().trustedProxies);
}

/** Also for what the framework answers by itself: every call of the API has an id. */
function nameCall(request: IncomingMessage, response: ServerResponse): string {
  const requestId = requestIdOf([request.headers[requestIdHeader]].flat()[0] ?? null);
  request.headers[requestIdHeader] = requestId;
  response.setHeader(requestIdHeader, requestId);
  return requestId;
}

function notAMethod(response: ServerResponse): Fault {
  response.setHeader("allow", "GET, HEAD, POST");
  return new Fault("method_not_allowed", { code: "wrong_method", params: { allowed: "GET or POST" } });
}

function refuse(response: ServerResponse, requestId: string | null, fault: Fault): void {
  const error = requestId === null ? null : restErrorShape(fault, requestId);
  if (error) response.setHeader("content-type", "application/json");
  answer(response, faults[fault.code].http, error ? JSON.stringify({ error }) : fault.message);
}
