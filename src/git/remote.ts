import { authorityBundle } from "@/git/ca-bundle";
import type { ConfigLine } from "@/git/environment";
import type { GitRemote, SshCredential } from "@/git/nouns";
import { sshTarget } from "@/git/ssh-scan";
import { readSshUrl, type SshAddress, writeSshUrl } from "@/git/ssh-url";
import { isAddress } from "@/lib/address";
import { Fault } from "@/lib/fault";
import { readSshBanner } from "@/lib/outbound/banner";
import { type Network, resolveTarget, type Target } from "@/lib/outbound/target";
import { readUrl } from "@/lib/outbound/url";

/** A remote whose host has passed the outbound policy, pinned to the addresses that were checked. */
export interface PinnedRemote extends GitRemote {
  host: string;
  protocol: "https" | "http" | "ssh";
  ssh?: PinnedSsh;
  /** `host:port:address,…` for curl; null when the URL names the address itself. */
  pin: string | null;
  /** The proxy for curl. It may hold a password, so it is passed in the environment only. */
  proxy?: string | null;
  /** File of the authorities to trust; null for git's own list. */
  authorities: string | null;
  network: Network;
}

/** Everything ssh needs to know of a server, each part checked. */
export interface PinnedSsh extends SshCredential, SshAddress {
  /** Have ssh say what it does, as with `-v`. */
  verbose?: boolean;
  /** The address that passed the policy, so that the name is not looked up again. */
  address: string;
}

/**
 * Check a remote against the outbound policy. Plain http only to hosts the administrator has listed.
 * @throws Fault `address_refused` | `unavailable` reason `dns_failed` | `invalid_input`
 */
export async function pinRemote(remote: GitRemote, network: Network): Promise<PinnedRemote> {
  if (remote.ssh) return pinSsh(remote.url, remote.ssh, network);
  const url = readUrl(remote.url);
  checkCredential(remote.credential);
  const target = await resolveTarget(url, network);
  const protocol = url.protocol === "https:" ? "https" : "http";
  if (protocol === "http" && !target.listed) {
    const params = { host: target.host, port: target.port };
    throw new Fault("address_refused", { code: "git_plain_http", params });
  }
  const authorities = protocol === "https" ? await authorityBundle(network.ca) : null;
  const { host } = target;
  return {
    url: url.href,
    credential: remote.credential,
    host,
    protocol,
    pin: target.proxy ? null : pinOf(target),
    proxy: target.proxy?.href ?? null,
    authorities,
    network,
  };
}

async function pinSsh(text: string, credential: SshCredential, network: Network): Promise<PinnedRemote> {
  const place = readSshUrl(text);
  const target = await sshTarget(place, network);
  const [only = ""] = target.addresses;
  const address = target.addresses.length > 1 ? (await readSshBanner(target)).address : only;
  return {
    url: writeSshUrl(place),
    credential: null,
    ssh: { ...credential, ...place, address },
    host: place.host,
    protocol: "ssh",
    pin: null,
    authorities: null,
    network,
  };
}

function pinOf({ host, port, addresses }: Target): string | null {
  if (isAddress(host)) return null;
  return `${host}:${port}:${addresses.map((each) => (each.includes(":") ? `[${each}]` : each)).join(",")}`;
}

function checkCredential(credential: GitRemote["credential"]): void {
  if (!credential) return;
  const bad = /\p{Cc}/u.test(credential.username + credential.password) || credential.username.includes(":");
  if (bad) throw new Fault("invalid_input", { code: "git_credential_invalid" });
}

/** Configuration for one remote. The header is bound to this URL, so no other host and no submodule gets it. */
export function remoteConfig({ url, credential, pin, proxy, authorities }: PinnedRemote): ConfigLine[] {
  const lines: ConfigLine[] = pin ? [["http.curloptResolve", pin]] : [];
  if (proxy) lines.push(["http.proxy", proxy]);
  // As for API calls. Asked for none first, some proxies refuse with 407 and close the connection, which ends git.
  if (proxy?.includes("@")) lines.push(["http.proxyAuthMethod", "basic"]);
  if (authorities) lines.push(["http.sslCAInfo", authorities]);
  if (!credential) return lines;
  const pair = Buffer.from(`${credential.username}:${credential.password}`).toString("base64");
  return [...lines, [`http.${url}.extraHeader`, `Authorization: Basic ${pair}`]];
}
