import { lookup as systemLookup } from "node:dns/promises";
import { hostKey, isAddress, portOf } from "@/lib/address";
import { Fault } from "@/lib/fault";
import { type AllowList, isMetadataHost } from "@/lib/outbound/allow-list";
import { decide, type Protocol } from "@/lib/outbound/policy";
import { type Proxies, proxyFor } from "@/lib/outbound/proxy";

/** Every address of a host, as text. Rejects, or answers nothing, when the name has none. */
type Lookup = (host: string) => Promise<string[]>;

/** Who may be reached, and how names become addresses. The same for HTTP and for git. */
export interface Network {
  allow: AllowList;
  /** The system's resolver unless given. */
  lookup?: Lookup;
  /** Proxies for outbound connections; without them every host is reached directly. */
  proxies?: Proxies | null;
  /** Certificate authorities in PEM that are trusted beside the public ones and NODE_EXTRA_CA_CERTS. */
  ca?: readonly string[];
}

/** A host whose addresses have passed the policy. Connect to these and to nothing else. */
export interface Target {
  host: string;
  port: number;
  addresses: string[];
  listed: boolean;
  /** What the connection goes through; null for the direct way. */
  proxy: URL | null;
}

/**
 * Resolve the host of a URL and check every address against the policy.
 * @throws Fault `address_refused` (`address_private`, `port_refused`) | `unavailable` (`dns_failed`) |
 * `invalid_input`
 */
export async function resolveTarget(url: URL, network: Network, protocol: Protocol = "web"): Promise<Target> {
  const [host, port] = [hostKey(url.hostname), portOf(url)];
  const lookup = network.lookup ?? lookupAll;
  const proxy = network.proxies && protocol === "web" ? proxyFor(url, network.proxies) : null;
  const find = proxy ? resolveOrLeave : resolve;
  const addresses = isAddress(host) ? [host] : await find(host, lookup);
  const decision = decide(url, addresses, network.allow, protocol);
  if (!decision.ok) throw new Fault(decision.code, decision.reason);
  return { host, port, addresses: decision.addresses, listed: decision.listed, proxy };
}

/**
 * Placeholder address for a name that only the proxy can resolve, so that the rules for names and ports still
 * apply.
 */
const addressOfProxy = "1.0.0.1";

/** In a network without public DNS only the proxy can resolve a name. Names that resolve here are checked here. */
async function resolveOrLeave(host: string, lookup: Lookup): Promise<string[]> {
  if (isMetadataHost(host)) return ["169.254.169.254"];
  const found = await resolve(host, lookup).catch((error: unknown) => {
    if (error instanceof Fault && error.reason.code === "dns_failed") return [];
    throw error;
  });
  return found.length > 0 ? found : [addressOfProxy];
}

async function resolve(host: string, lookup: Lookup): Promise<string[]> {
  try {
    return await lookup(host);
  } catch (cause) {
    throw new Fault(
      "unavailable",
      { code: "dns_failed", params: { host, again: isTemporary(cause) } },
      { cause },
    );
  }
}

function isTemporary(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "EAI_AGAIN";
}

async function lookupAll(host: string): Promise<string[]> {
  const found = await systemLookup(host, { all: true, verbatim: true });
  return found.map((entry) => entry.address);
}
