import { fetchOnce } from "@/git/fetch-once";
import { lsRemote } from "@/git/ls-remote";
import { scanHostKeys } from "@/git/ssh-scan";
import type { Network } from "@/lib/outbound/target";
import type { GitPort } from "@/providers/git-port";

/** The real git command for a session, held to the same network policy as the HTTP client beside it. */
export function gitPort(network: Network): GitPort {
  return {
    lsRemote: (remote, signal) => lsRemote(remote, { network, signal }),
    fetchOnce: (remote, commit, signal) => fetchOnce(remote, commit, { network, signal }),
    hostKeys: (server, signal) => scanHostKeys(server, network, signal),
  };
}
