/**
 * The only HTTP client. It reaches public hosts, and private ones that the administrator has allowed; every address
 * is checked at the time of connecting. Plain http carries no secret unless the host is listed.
 */
import { Agent } from "undici";
import { asFault, Fault } from "@/lib/fault";
import type { Http, HttpLimits } from "@/lib/http";
import { busyStatuses, isWorthAgain, maxRetries, pause } from "@/lib/outbound/backoff";
import { guardedConnector } from "@/lib/outbound/connector";
import { exchange } from "@/lib/outbound/exchange";
import { follow, isRedirect, maxRedirects, type OutboundRequest, readRequest } from "@/lib/outbound/request";
import type { Network } from "@/lib/outbound/target";
import { addressInvalid, maxUrlLength } from "@/lib/outbound/url";
import { type RetryRule, retry } from "@/lib/retry";
import { isTimeUp } from "@/lib/time-up";

export interface OutboundOptions extends Network {
  /** For a whole exchange, unless the call says otherwise. */
  deadlineMs?: number;
  /** Decoded bytes of a body, unless the call says otherwise. */
  maxBytes?: number;
  /** For look-up, TCP and TLS together. */
  connectTimeoutMs?: number;
  /** First pause before a retry; it doubles. */
  backoffMs?: number;
}

/** A client that holds open connections; make one per process. */
export interface Outbound extends Http {
  close(): Promise<void>;
}

interface SendContext {
  options: Required<Omit<OutboundOptions, keyof Network>>;
  agents: Agents;
  signal: AbortSignal;
  maxBytes: number;
  endsAt: number;
}

/** @throws (from `send`) Fault as lib/http says; reason `cancelled` when the request's own signal ends it */
export function outbound(given: OutboundOptions): Outbound {
  const options = {
    deadlineMs: 15_000,
    maxBytes: 10_000_000,
    connectTimeoutMs: 10_000,
    backoffMs: 200,
    ...given,
  };
  const agents = makeAgents(options);
  return {
    send: (request, limits) => send(request, limits ?? {}, options, agents),
    close: async () => {
      const all = [agents.pooled, agents.once].flatMap(({ secret, open }) => [secret, open]);
      await Promise.all(all.map((agent) => agent.destroy()));
    },
  };
}

type Agents = ReturnType<typeof makeAgents>;

/** An idle connection may be dropped at the moment it is used again: only what can be repeated is pooled. */
function makeAgents({
  connectTimeoutMs,
  allow,
  lookup,
  proxies,
  ca,
}: OutboundOptions & { connectTimeoutMs: number }) {
  const agent = (secret: boolean, pipelining: number) =>
    new Agent({
      connect: guardedConnector({ allow, lookup, proxies, ca, timeoutMs: connectTimeoutMs, secret }),
      pipelining,
      connections: 32,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: 65_536,
    });
  return {
    pooled: { secret: agent(true, 1), open: agent(false, 1) },
    once: { secret: agent(true, 0), open: agent(false, 0) },
  };
}

async function send(
  request: Request,
  limits: HttpLimits,
  options: SendContext["options"],
  agents: Agents,
): Promise<Response> {
  if (request.url.length > maxUrlLength) throw addressInvalid(`it is longer than ${maxUrlLength} characters`);
  const deadlineMs = limits.deadlineMs ?? options.deadlineMs;
  const timer = AbortSignal.timeout(deadlineMs);
  const signal = AbortSignal.any([request.signal, timer]);
  const context = {
    options,
    agents,
    signal,
    maxBytes: limits.maxBytes ?? options.maxBytes,
    endsAt: Date.now() + deadlineMs,
  };
  try {
    return await withRedirects(await readRequest(request), context);
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (signal.aborted) throw ended(request, timer);
    throw asFault(error);
  }
}

function ended(request: Request, timer: AbortSignal): Fault {
  const host = new URL(request.url).hostname;
  const late = timer.aborted || isTimeUp(request.signal);
  return new Fault("unavailable", { code: late ? "host_timeout" : "cancelled", params: { host } });
}

async function withRedirects(first: OutboundRequest, context: SendContext): Promise<Response> {
  let request = first;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await withRetries(request, context);
    const location = response.headers.get("location");
    if (location === null || !isRedirect(request, response.status)) return response;
    request = follow(request, response.status, location);
  }
  throw new Fault("bad_response", { code: "redirect_loop", params: { from: first.url.origin } });
}

/** An answer that asks to try later. The caller gets it when no retry is left. */
class BusyAnswer extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super("the host asks to come back later");
    this.response = response;
  }
}

async function withRetries(request: OutboundRequest, context: SendContext): Promise<Response> {
  const rule: RetryRule = (error, failures) => {
    const outcome = error instanceof BusyAnswer ? error.response : error;
    const known = outcome instanceof Response || outcome instanceof Fault;
    const last = failures > maxRetries || !request.isIdempotent || !known || !isWorthAgain(outcome);
    return last ? null : pause(outcome, failures - 1, context.endsAt - Date.now(), context.options.backoffMs);
  };
  try {
    return await retry(() => attempt(request, context), rule, context.signal);
  } catch (error) {
    if (error instanceof BusyAnswer) return error.response;
    throw error;
  }
}

async function attempt(
  request: OutboundRequest,
  { agents, signal, maxBytes }: SendContext,
): Promise<Response> {
  const { secret, open } = request.isIdempotent ? agents.pooled : agents.once;
  const response = await exchange(request, request.bearsSecret ? secret : open, signal, maxBytes);
  if (busyStatuses.has(response.status)) throw new BusyAnswer(response);
  return response;
}
