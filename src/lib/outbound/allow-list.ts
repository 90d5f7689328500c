import { domainToASCII } from "node:url";
import {
  hostKey,
  inNetwork,
  isAddress,
  isDaemonPort,
  isLoopback,
  isNever,
  type Network,
  readNetwork,
} from "@/lib/address";
import { Fault } from "@/lib/fault";

/** One private host or network that the instance administrator has allowed. Without a port, all usual ones. */
export type AllowEntry =
  | { kind: "host"; host: string; port: number | null }
  | { kind: "network"; network: Network; port: number | null };

export type AllowList = readonly AllowEntry[];

const metadataHosts = new Set(["metadata", "metadata.google.internal", "instance-data"]);

/**
 * Read `SLIPWAY_OUTBOUND_ALLOW`: `host[:port]` or `cidr[:port]`, separated by commas or as a list; a v6 entry with
 * a port stands in brackets, `[fd00::/8]:3000`.
 * @throws Fault `invalid_input` reason `allow_list_invalid`, naming the entry and what is wrong with it
 */
export function parseAllowList(given: string | readonly string[] | undefined): AllowEntry[] {
  const entries = typeof given === "string" ? given.split(",") : (given ?? []);
  return entries
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map(parseEntry);
}

function parseEntry(entry: string): AllowEntry {
  const { place, port } = split(entry);
  const network = readNetwork(place);
  if (network) return { kind: "network", network: checkNetwork(entry, network), port };
  return { kind: "host", host: checkHost(entry, place), port };
}

function split(entry: string): { place: string; port: number | null } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(entry);
  if (bracketed) return { place: bracketed[1] ?? "", port: readPort(entry, bracketed[2]) };
  const parts = entry.split(":");
  if (parts.length > 2) return { place: entry, port: null };
  return { place: parts[0] ?? "", port: readPort(entry, parts[1]) };
}

function readPort(entry: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw refuse(entry, "the port must be a number from 1 to 65535");
  if (isDaemonPort(port)) throw refuse(entry, `port ${port} belongs to a database or a daemon`);
  return port;
}

function checkNetwork(entry: string, network: Network): Network {
  if (network.prefix === 0) throw refuse(entry, "it would open every address");
  if (isNever(network.address.toString())) {
    throw refuse(entry, "metadata, link-local and multicast addresses can never be listed");
  }
  return network;
}

function checkHost(entry: string, place: string): string {
  const host = hostKey(domainToASCII(place));
  if (place.includes("/")) throw refuse(entry, "this is not a network; write it like 10.1.0.0/16");
  if (place.includes("*")) throw refuse(entry, "wildcards are not supported; list each host or its network");
  if (!/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(host))
    throw refuse(entry, "this is not a host name or an address");
  if (isAddress(host)) throw refuse(entry, `write the address as ${host}`);
  if (metadataHosts.has(host)) throw refuse(entry, "metadata services can never be listed");
  return host;
}

function refuse(entry: string, why: string): Fault {
  return new Fault("invalid_input", { code: "allow_list_invalid", params: { entry, why } });
}

/** Names under which clouds answer for their metadata. */
export function isMetadataHost(host: string): boolean {
  return metadataHosts.has(hostKey(host));
}

/** Whether an entry allows this address of this host on this port, and whether it names the port itself. */
export function listed(
  allow: AllowList,
  target: { host: string; port: number; address: string },
): "port" | "address" | null {
  let found: "port" | "address" | null = null;
  for (const entry of allow) {
    const isSamePort = entry.port === null || entry.port === target.port;
    if (!isSamePort || !covers(entry, target.host, target.address)) continue;
    if (entry.port !== null) return "port";
    found = "address";
  }
  return found;
}

function covers(entry: AllowEntry, host: string, address: string): boolean {
  if (isNever(address)) return false;
  if (entry.kind === "network") return inNetwork(address, entry.network);
  return entry.host === hostKey(host) && (!isLoopback(address) || isLocalName(entry.host));
}

/** Names that mean this machine by definition. Any other name could be pointed at it later, by whoever runs its DNS. */
function isLocalName(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost");
}

/** Whether a name is listed, whatever it leads to. */
export function listsName(allow: AllowList, host: string): boolean {
  return allow.some((entry) => entry.kind === "host" && entry.host === hostKey(host));
}
