import { gitEnvironment } from "@/git/environment";
import { fingerprintOf, type HostKey, hostPattern, readHostKeys } from "@/git/known-hosts";
import { startGit } from "@/git/process";
import { Fault } from "@/lib/fault";
import { readSshBanner } from "@/lib/outbound/banner";
import { type Network, resolveTarget, type Target } from "@/lib/outbound/target";

/** A server of ssh whose addresses have passed the policy. */
export interface SshServer {
  host: string;
  port: number;
}

/** @throws Fault `address_refused` | `unavailable` reason `dns_failed` */
export function sshTarget({ host, port }: SshServer, network: Network): Promise<Target> {
  return resolveTarget(new URL(`ssh://${host}:${port}`), network, "ssh");
}

const seconds = 5;
const mostBytes = 100_000;

/**
 * The host keys that a server shows, one of each kind it has. No key of ours is used.
 * @throws Fault `address_refused` | `unavailable` (`connection_refused`, `host_timeout`, `ssh_missing`, …) |
 * `bad_response` reason `ssh_not_ssh` | `ssh_host_key_unread`
 */
export async function scanHostKeys(
  server: SshServer,
  network: Network,
  signal?: AbortSignal,
): Promise<HostKey[]> {
  const target = await sshTarget(server, network);
  const { address } = await readSshBanner(target);
  const place = hostPattern(server.host, server.port);
  const text = await keyscan(address, server.port, signal);
  const keys = readHostKeys(text).map((key) => ({ ...key, place }));
  const params = { host: server.host, port: server.port };
  if (keys.length === 0) throw new Fault("bad_response", { code: "ssh_host_key_unread", params });
  return keys.sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type));
}

const order = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

async function keyscan(address: string, port: number, signal?: AbortSignal): Promise<string> {
  let output = "";
  const run = startGit({
    program: "ssh-keyscan",
    args: ["-T", String(seconds), "-p", String(port), "-t", "ed25519,ecdsa,rsa", "--", address],
    cwd: "/",
    env: gitEnvironment({}),
    onOutput: (chunk) => {
      output += chunk.toString("latin1");
      if (output.length > mostBytes) run.stop(new Fault("bad_response", { code: "ssh_not_ssh" }));
    },
    onLine: () => undefined,
  });
  const stop = () => run.stop(new Fault("unavailable", { code: "git_timeout", params: { host: address } }));
  const timer = setTimeout(stop, (seconds + 2) * 1000);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await run.done;
    return output;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** Whether two lists share a key: the server is the one that was pinned. */
export function shareKey(pinned: readonly HostKey[], shown: readonly HostKey[]): boolean {
  return shown.some((one) => pinned.some((other) => fingerprintOf(other) === fingerprintOf(one)));
}
