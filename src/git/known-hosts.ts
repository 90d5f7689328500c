import { createHash } from "node:crypto";
import { Fault } from "@/lib/fault";

/** One host key, as a line of known_hosts says it. */
export interface HostKey {
  /** `host`, or `[host]:port` for a port other than 22. */
  place: string;
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`. */
  type: string;
  /** Base64, as it travels. */
  key: string;
}

const kinds = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521))$/;
const mostLines = 50;

/** The name of a server in known_hosts. */
export function hostPattern(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/** Read lines of known_hosts. Comments, marked, hashed and unknown lines are left out; each key stands once. */
export function readHostKeys(text: string): HostKey[] {
  const keys = text.split(/\r?\n/).slice(0, 10_000).flatMap(readLine);
  const seen = new Set<string>();
  return keys.filter(({ place, key }) => !seen.has(`${place} ${key}`) && seen.add(`${place} ${key}`));
}

function readLine(line: string): HostKey[] {
  const [places = "", type = "", key = ""] = line.trim().split(/[ \t]+/);
  if (!kinds.test(type) || !isKeyOf(type, key)) return [];
  return places
    .split(",")
    .filter((place) => /^(\[[a-z0-9.:_-]+\]:\d{1,5}|[a-z0-9._-]+)$/i.test(place))
    .map((place) => ({ place: place.toLowerCase(), type, key }));
}

/** The key names its own kind in its first bytes. */
function isKeyOf(type: string, key: string): boolean {
  if (!/^[A-Za-z0-9+/]{40,4000}={0,2}$/.test(key)) return false;
  const bytes = Buffer.from(key, "base64");
  const length = bytes.length > 4 ? bytes.readUInt32BE(0) : 0;
  return bytes.subarray(4, 4 + length).toString("latin1") === type;
}

/** Lines of known_hosts, each with its fingerprint behind it for people to read. */
export function writeHostKeys(keys: readonly HostKey[]): string {
  return keys.map((one) => `${one.place} ${one.type} ${one.key} ${fingerprintOf(one)}`).join("\n");
}

/**
 * Lines a person gave, in our spelling; blank stays blank.
 * @throws Fault `invalid_input` reason `ssh_host_keys_unreadable`
 */
export function tidyHostKeys(text: string): string {
  if (text.trim() === "") return "";
  const keys = readHostKeys(text);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.trim().startsWith("#"));
  const wrong = lines.find((line) => readLine(line).length === 0);
  if (keys.length === 0 || wrong !== undefined || keys.length > mostLines)
    throw new Fault("invalid_input", { code: "ssh_host_keys_unreadable" });
  return writeHostKeys(keys);
}

/** `SHA256:…`, as ssh shows it. */
export function fingerprintOf({ key }: Pick<HostKey, "key">): string {
  const digest = createHash("sha256").update(Buffer.from(key, "base64")).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}

/** `ED25519 SHA256:…`, for sentences. */
export function shownKey(one: HostKey): string {
  const kind = one.type.replace(/^ssh-|^ecdsa-sha2-nistp\d+/, (found) => (found === "ssh-" ? "" : "ecdsa"));
  return `${kind.toUpperCase()} ${fingerprintOf(one)}`;
}
