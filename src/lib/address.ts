import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Networks that are never a public host. A v6 form that carries a v4 address is refused whole, so that no
 * translation (mapped, NAT64, 6to4, Teredo) reaches a network this table names.
 */
export const deniedNetworks = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "168.63.129.16/32",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/96",
  "::ffff:0:0/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/32",
  "2001:2::/48",
  "2001:10::/28",
  "2001:20::/28",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
  "5f00::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
] as const;

/** Cloud metadata, link-local, multicast and "this host": no allow-list entry can open these. */
export const neverNetworks = [
  "0.0.0.0/8",
  "100.100.100.200/32",
  "168.63.129.16/32",
  "169.254.0.0/16",
  "192.0.0.192/32",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/128",
  "fd00:ec2::254/128",
  "fd20:ce::254/128",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
] as const;

const denied = deniedNetworks.map(network);
const never = neverNetworks.map(network);
const globalUnicast = network("2000::/3");
const loopback4 = network("127.0.0.0/8");
const loopback6 = network("::1/128");

/** A parsed CIDR. */
export interface Network {
  address: Address;
  prefix: number;
}

function network(text: string): Network {
  const [address, prefix] = ipaddr.parseCIDR(text);
  return { address, prefix };
}

/**
 * `10.0.0.0/8`, `fd00::/8` or one address. Only the usual spelling: dotted quads, no octal, no zone.
 * Null when it is something else.
 */
export function readNetwork(text: string): Network | null {
  const [address = "", prefix] = text.split("/");
  const parsed = readAddress(address);
  if (!parsed || text.split("/").length > 2) return null;
  const bits = parsed.kind() === "ipv4" ? 32 : 128;
  if (prefix === undefined) return { address: parsed, prefix: bits };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) return null;
  return { address: parsed, prefix: Number(prefix) };
}

function readAddress(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (text.includes(":") && !text.includes("%") && ipaddr.IPv6.isValid(text)) return ipaddr.IPv6.parse(text);
  return null;
}

/** A host name as it is compared: lower case, no final dot, no brackets. */
export function hostKey(host: string): string {
  return host
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^\[(.*)\]$/, "$1");
}

/** Whether the text is an IP address in its usual spelling, without brackets. */
export function isAddress(text: string): boolean {
  return readAddress(text) !== null;
}

export function inNetwork(text: string, { address, prefix }: Network): boolean {
  const parsed = readAddress(text);
  return parsed !== null && within(parsed, { address, prefix });
}

function within(parsed: Address, { address, prefix }: Network): boolean {
  return parsed.kind() === address.kind() && parsed.match(address, prefix);
}

/** Whether an address is not a public host. Unreadable text counts as denied: fail closed. */
export function isDenied(text: string): boolean {
  const parsed = readAddress(text);
  if (!parsed) return true;
  if (parsed.kind() === "ipv6" && !within(parsed, globalUnicast)) return true;
  return denied.some((entry) => within(parsed, entry));
}

/** Whether an address may not even be listed by the administrator, in any spelling that carries it. */
export function isNever(text: string): boolean {
  const parsed = readAddress(text);
  if (!parsed) return true;
  return [parsed, ...embedded(parsed)].some((form) => never.some((entry) => within(form, entry)));
}

/** Whether an address is this machine itself, in any spelling that carries it. */
export function isLoopback(text: string): boolean {
  const parsed = readAddress(text);
  if (!parsed) return false;
  return [parsed, ...embedded(parsed)].some((form) => within(form, loopback4) || within(form, loopback6));
}

/** The v4 addresses a v6 address stands for: mapped, compatible and NAT64 in the last bytes, 6to4 after the prefix. */
function embedded(parsed: Address): ipaddr.IPv4[] {
  if (!(parsed instanceof ipaddr.IPv6)) return [];
  if (within(parsed, loopback6)) return [];
  const bytes = parsed.toByteArray();
  const carried = ["::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48"].map(network);
  if (carried.some((entry) => within(parsed, entry))) return [new ipaddr.IPv4(bytes.slice(12))];
  return within(parsed, network("2002::/16")) ? [new ipaddr.IPv4(bytes.slice(2, 6))] : [];
}

/**
 * Ports of databases, daemons and control planes. They are refused even when the administrator allows them: no Git
 * host uses them, and a request that reaches one can do harm.
 */
const daemonPorts = new Set([
  1099, 1433, 1434, 1521, 1883, 2049, 2181, 2375, 2376, 2377, 2379, 2380, 3306, 3389, 4243, 4369, 5432, 5433,
  5672, 5900, 5984, 5985, 5986, 6000, 6379, 6380, 6443, 6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668,
  6669, 6697, 7000, 7001, 7199, 8086, 8300, 8301, 8500, 8600, 9042, 9092, 9160, 9200, 9300, 10250, 10255,
  11211, 15672, 25672, 26257, 26379, 27017, 27018, 27019, 28017, 33060, 50000, 50070, 61616,
]);

export function isDaemonPort(port: number): boolean {
  return daemonPorts.has(port);
}

/** The port of a URL, with the default of its scheme. */
export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  if (url.protocol === "ssh:") return sshPort;
  return url.protocol === "http:" ? 80 : 443;
}

const sshPort = 22;

/** Whether a host that is not on the allow-list may be reached on this port; port 22 is for SSH only. */
export function isPublicPort(port: number, protocol = "https:"): boolean {
  if (protocol === "ssh:" && port === sshPort) return true;
  return port === 80 || port === 443 || (port >= 1024 && port <= 65_535 && !isDaemonPort(port));
}
