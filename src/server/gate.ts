import type { IncomingMessage, ServerResponse } from "node:http";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { plainErrorShape } from "@/rpc/error-shape";
import { addressHeader, requestIdHeader, requestIdOf } from "@/rpc/origin";
import { clientAddress } from "@/server/client-address";
import { setCommonHeaders, setPageHeaders } from "@/server/page-headers";
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
    setPageHeaders(request, response, dev);
    const requestId = target.startsWith("/api/") ? nameCall(request, response) : null;
    if (isDecodable(target)) app(request, response);
    else refuse(response, requestId);
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

function isDecodable(target: string): boolean {
  try {
    decodeURIComponent(target.split("?", 1)[0] ?? "");
    return true;
  } catch {
    return false;
  }
}

/** The framework would take it for a failure of its own. */
function refuse(response: ServerResponse, requestId: string | null): void {
  const fault = new Fault("invalid_input", { code: "request_unreadable" });
  const error = requestId === null ? null : plainErrorShape(fault, requestId);
  if (error) response.setHeader("content-type", "application/json");
  answer(response, 400, error ? JSON.stringify({ error }) : fault.message);
}
