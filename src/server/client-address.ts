import ipaddr from "ipaddr.js";
import { inNetwork, type Network, readNetwork } from "@/lib/address";

/**
 * The address of the client, seen through the proxies that the settings name. Each proxy appends the address of its
 * caller to X-Forwarded-For: the list is read from its end, and entries before the first address that is not a trusted
 * proxy are ignored.
 * @param remote the address at the other end of the connection
 * @param forwarded all X-Forwarded-For headers, joined by commas
 * @param proxies addresses and networks, as in `SLIPWAY_TRUSTED_PROXIES`
 */
export function clientAddress(remote: string, forwarded: string, proxies: readonly string[]): string {
  const trusted = proxies.map(readNetwork).filter((network) => network !== null);
  let address = plain(remote) ?? remote;
  const hops = forwarded.split(",").slice(-32);
  while (isOneOf(trusted, address)) {
    const next = plain(hops.pop() ?? "");
    if (!next) break;
    address = next;
  }
  return address;
}

function isOneOf(networks: readonly Network[], address: string): boolean {
  return networks.some((network) => inNetwork(address, network));
}

/** Without brackets, port and zone, and an IPv4 address that is carried by an IPv6 one as itself; null for other text. */
function plain(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](:\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/%.*$/, "");
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return null;
  return ipaddr.process(bare).toString();
}
