import { readHostKeys, shownKey } from "@/git/known-hosts";
import type { PinnedRemote, PinnedSsh } from "@/git/remote";
import { readSshKey } from "@/git/ssh-key";
import { scanHostKeys, shareKey } from "@/git/ssh-scan";
import { Fault, type FaultCode } from "@/lib/fault";

type Rule = readonly [said: RegExp, code: FaultCode, reason: string];

/** What ssh and the servers behind it say, first match wins. */
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
  [
    /does not appear to be a git repository|(repository|project|repo)\b[^\n]{0,80}\b(not found|does not exist|not be found)|repository access denied|TF401019|not a git repository/i,
    "not_found",
    "git_repository_missing",
  ],
  [
    /git-upload-pack: (command )?not found|command not found|shell access|interactive|Unrecognized command|request failed on channel/i,
    "bad_response",
    "git_not_a_repository",
  ],
  [
    /kex_exchange_identification|banner exchange|Connection (closed|reset)|client_loop|Broken pipe|ssh_dispatch_run_fatal|Bad packet length|Corrupted MAC/i,
    "unavailable",
    "connection_reset",
  ],
];

const denied = /Permission denied \(|Too many authentication failures|No more authentication methods/i;
const stranger =
  /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED|host key is known for .* strict checking/i;

/** The fault behind a failed run over ssh; null when ssh had no part in it. Words of a server decide no trust. */
export async function sshFault(lines: readonly string[], remote: PinnedRemote): Promise<Fault | null> {
  if (!remote.ssh) return null;
  const text = lines.join("\n").replace(/'[^'\n]*'/g, "''");
  if (stranger.test(text)) {
    const fault = await hostKeyFault(remote.ssh, remote);
    if (fault) return fault;
  }
  if (denied.test(text)) return keyRefused(remote.ssh);
  const { host, port } = remote.ssh;
  const params = { host, port, url: remote.url };
  const rule = rules.find(([said]) => said.test(text));
  return rule ? new Fault(rule[1], { code: rule[2], params }) : null;
}

function keyRefused({ host, privateKey }: PinnedSsh): Fault {
  const { publicKey, fingerprint } = readSshKey(privateKey);
  const params = { host, fingerprint, publicKey };
  return new Fault("credential_rejected", { code: "ssh_key_refused", params });
}

/** What the server shows now is looked at again by ourselves; null when it is what was pinned. */
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
