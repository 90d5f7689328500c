import { readHostKeys, shownKey } from "@/git/known-hosts";
import type { PinnedRemote, PinnedSsh } from "@/git/remote";
import { readSshKey } from "@/git/ssh-key";
import { scanHostKeys, shareKey } from "@/git/ssh-scan";
import { Fault, type FaultCode } from "@/lib/fault";

type Rule = readonly [said: RegExp, code: FaultCode, reason: string];

/** Lines that ssh itself prints before or while it connects. */
const rules: Rule[] = [
  [/\bssh: (command )?not found|cannot run ssh|unable to fork/i, "unavailable", "ssh_missing"],
  [/No user exists for uid/i, "unavailable", "ssh_no_user"],
  [
    /Unable to negotiate|no matching (host key type|key exchange method|cipher|MAC)|no mutual signature/i,
    "bad_response",
    "ssh_no_algorithm",
  ],
  [/Connection refused/i, "unavailable", "connection_refused"],
  [/No route to host|Network is unreachable/i, "unavailable", "host_unreachable"],
  [
    /Connection timed out|Operation timed out|not responding|timed out during banner/i,
    "unavailable",
    "host_timeout",
  ],
];

/** Lines that the servers of Git hosts print after the key was accepted. "Not there" is said before "or not yours". */
const refusals: Rule[] = [
  [
    /does not appear to be a git repository|(cannot|could not|can't) find (the )?(repository|project|repo)|no such (repository|project|repo)|(repository|project|repo)\b[^\n]{0,80}\b(not found|(does not|doesn't) exist|not be found)|repository access denied|TF401019|not a git repository/i,
    "not_found",
    "git_repository_missing",
  ],
  [
    /not authorized to (read|write|access)|(access|permission) (was )?denied|insufficient (access|permission)|not (allowed|permitted) to (read|pull|access|download)|(do|does) not have (the )?(\w+ )?(access|permission|rights?)\b|\bforbidden\b|^Unauthorized/im,
    "permission_missing",
    "git_forbidden",
  ],
  [
    /git-upload-pack: (command )?not found|command not found|shell access|interactive|Unrecognized command|Unknown (git )?command|request failed on channel/i,
    "bad_response",
    "git_not_a_repository",
  ],
];

/** Lines that ssh prints when a connection ends, for any cause. */
const broken: Rule[] = [
  [
    /kex_exchange_identification|banner exchange|Connection (closed|reset)|client_loop|Broken pipe|ssh_dispatch_run_fatal|Bad packet length|Corrupted MAC/i,
    "unavailable",
    "connection_reset",
  ],
];

const denied = /Permission denied \(|Too many authentication failures|No more authentication methods/i;
const stranger =
  /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED|host key is known for .* strict checking/i;
const letIn = /^Authenticated to |^debug1: Authentication succeeded/im;

/**
 * The fault behind a failed run over ssh; null when ssh had no part in it. The lines of a server never decide about
 * trust. When no rule matches, ssh is run once more with `-v`: whether the key was accepted tells a refusal from an
 * outage.
 */
export async function sshFault(
  lines: readonly string[],
  remote: PinnedRemote,
  askVerbosely?: () => Promise<readonly string[]>,
): Promise<Fault | null> {
  if (!remote.ssh) return null;
  const known = await knownFault(lines, remote, remote.ssh);
  if (known || !askVerbosely || !isOfSsh(lines)) return known;
  const verbose = await askVerbosely();
  const text = verbose.join("\n");
  const fault = await knownFault(verbose.filter(isNoDebug), remote, remote.ssh);
  if (fault) return fault;
  if (letIn.test(text)) return refusedInside(lines, remote, remote.ssh);
  return knownFault(verbose, remote, remote.ssh);
}

async function knownFault(
  lines: readonly string[],
  remote: PinnedRemote,
  ssh: PinnedSsh,
): Promise<Fault | null> {
  const text = lines.join("\n").replace(/'[^'\n]*'/g, "''");
  if (stranger.test(text)) {
    const fault = await hostKeyFault(ssh, remote);
    if (fault) return fault;
  }
  if (denied.test(text)) return keyRefused(ssh);
  const { host, port } = ssh;
  const rule = [...rules, ...refusals, ...broken].find(([said]) => said.test(text));
  if (!rule) return null;
  const said = refusals.includes(rule) ? serverWords(lines) : null;
  return new Fault(rule[1], { code: rule[2], params: { host, port, url: remote.url, said } });
}

/** Whether the lines contain what git adds whenever ssh ends. */
function isOfSsh(lines: readonly string[]): boolean {
  return lines.some((line) => /Could not read from remote repository|hung up unexpectedly/i.test(line));
}

function isNoDebug(line: string): boolean {
  return !/^(debug\d:|OpenSSH_|Authenticated to |Transferred: |Bytes per second)/.test(line);
}

/** The server knows the key and ended the connection all the same. */
function refusedInside(lines: readonly string[], { url }: PinnedRemote, { host, port }: PinnedSsh): Fault {
  const params = { host, port, url, said: serverWords(lines) };
  return new Fault("permission_missing", { code: "git_refused", params });
}

/** The server's own line, without what git and ssh add to it. */
function serverWords(lines: readonly string[]): string {
  const isOwn = (line: string) =>
    !/^(fatal:|error:|warning:|Please make sure|and the repository exists|=+$)/.test(line) && isNoDebug(line);
  const own = lines.filter(isOwn);
  return (own.findLast((line) => line.trim() !== "") ?? "").trim().slice(0, 200);
}

function keyRefused({ host, privateKey }: PinnedSsh): Fault {
  const { publicKey, fingerprint } = readSshKey(privateKey);
  const params = { host, fingerprint, publicKey };
  return new Fault("credential_rejected", { code: "ssh_key_refused", params });
}

/** Scan the host keys again, without relying on what ssh printed; null when they match the pinned ones. */
async function hostKeyFault(ssh: PinnedSsh, { network }: PinnedRemote): Promise<Fault | null> {
  const pinned = readHostKeys(ssh.hostKeys);
  const shown = await scanHostKeys(ssh, network).catch((error: unknown) => {
    if (error instanceof Fault) return [];
    throw error;
  });
  return shareKey(pinned, shown) ? null : hostKeyChanged(ssh.host, pinned, shown);
}

/**
 * Not tried again by itself: a server that is another one is met by a person first.
 * @param shown none when the server did not show its keys a second time
 */
export function hostKeyChanged(
  host: string,
  pinned: Parameters<typeof shareKey>[0],
  shown: Parameters<typeof shareKey>[1],
): Fault {
  const params = { host, pinned: pinned.map(shownKey), shown: shown.map(shownKey) };
  return new Fault("address_refused", { code: "ssh_host_key_changed", params });
}
