import { lsRemote } from "@/git/ls-remote";
import type { Network } from "@/lib/outbound/target";
import type { GitPort } from "@/providers/provider";

/** The real git command for a session, held to the same network policy as the HTTP client beside it. */
export function gitPort(network: Network): GitPort {
  return { lsRemote: (remote, signal) => lsRemote(remote, { network, signal }) };
}
