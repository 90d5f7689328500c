import { probeSsh } from "@/git/ssh-probe";
import { isSshUrl } from "@/git/ssh-url";
import { type Env, env } from "@/lib/env";
import type { Http } from "@/lib/http";
import { outbound } from "@/lib/outbound";
import { parseAllowList } from "@/lib/outbound/allow-list";
import { type Probe, probe } from "@/lib/outbound/probe";
import { readProxies } from "@/lib/outbound/proxy";
import type { Network } from "@/lib/outbound/target";
import { processGlobal } from "@/lib/process-global";
import type { GitPort } from "@/providers/git-port";
import { gitPort } from "@/providers/kit/git-port";

/** The network access that a provider's code is given. */
export interface Ports {
  http: Http;
  git: GitPort;
  /** How far a connection to an address gets (DNS, TCP, TLS), without a credential. Never throws. */
  probe(address: string, deadlineMs: number): Promise<Probe>;
  network: Network;
}

const held = processGlobal<{ of: Env; ports: Ports } | null>("ports", () => null);

/** Guarded by what the settings allow; one client per process. */
export function ports(): Ports {
  const now = env();
  if (held.value?.of !== now) held.value = { of: now, ports: guarded(now) };
  return held.value.ports;
}

/** Reach hosts through these instead, until the settings change. For tests. */
export function setPorts(given: Partial<Ports>): void {
  held.value = { of: env(), ports: { ...ports(), ...given } };
}

function guarded({ outboundAllow, authorities, ...proxies }: Env): Ports {
  const network = {
    allow: parseAllowList(outboundAllow),
    proxies: readProxies(proxies),
    ca: authorities,
  };
  const http = outbound(network);
  return {
    network,
    http,
    probe: (address, deadlineMs) =>
      isSshUrl(address) ? probeSsh(address, network, deadlineMs) : probe(address, http, network, deadlineMs),
    git: gitPort(network),
  };
}
