/**
 * The one shape of an HTTP exchange with a host. `lib/outbound` fulfils it over the network, a simulated host
 * fulfils it in memory. The response body is already read, within the caps; reading it again never waits.
 */
export interface Http {
  /**
   * Send one request.
   * @throws Fault `address_refused` | `unavailable` (reason codes of lib/reason/network) | `too_large` | `bad_response`
   */
  send(request: Request, limits?: HttpLimits): Promise<Response>;
}

export interface HttpLimits {
  /** Milliseconds for the whole exchange: look-up, connect, every redirect, the last body byte. */
  deadlineMs?: number;
  /** Decoded bytes of the body at most. */
  maxBytes?: number;
}

/**
 * Middleware for every call of a connection. It may change the request, repeat it, read the answer or replace it; the
 * limits of the call go along with whatever it sends.
 * @param next sends the request on to the host
 */
export type HttpHook = (next: Http["send"]) => Http["send"];

/** Wrap a client with hooks, the first outermost. Once for each connection. */
export function withHooks(http: Http, hooks: readonly HttpHook[]): Http {
  let send: Http["send"] = http.send.bind(http);
  for (const hook of [...hooks].reverse()) send = hook(send);
  return { send };
}
