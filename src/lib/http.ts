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
