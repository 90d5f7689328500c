/** What one run of git needs for ssh: a private folder with a configuration, and an agent on a socket. */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { readHostKeys } from "@/git/known-hosts";
import type { PinnedSsh } from "@/git/remote";
import { startAgent } from "@/git/ssh-agent";
import { readSshKey } from "@/git/ssh-key";

export interface SshRun {
  env: Record<string, string>;
  /** Remove the folder and stop the agent. */
  close(): Promise<void>;
}

/** A socket's path may take 104 bytes on some systems. */
const longestFolder = 70;

/** Prepare one run. Nothing of the private half is in the folder, the variables or the arguments. */
export async function openSsh(remote: PinnedSsh): Promise<SshRun> {
  const key = readSshKey(remote.privateKey);
  const base = os.tmpdir().length > longestFolder ? "/tmp" : os.tmpdir();
  const folder = await mkdtemp(path.join(/*turbopackIgnore: true*/ base, "slipway-ssh-"));
  const at = (name: string) => path.join(folder, name);
  try {
    const agent = await startAgent(at("agent"), key);
    await chmod(at("agent"), 0o600);
    await writeFile(at("key.pub"), `${key.publicKey}\n`, { mode: 0o600 });
    await writeFile(at("known_hosts"), knownHosts(remote), { mode: 0o600 });
    await writeFile(at("config"), configText(remote, at), { mode: 0o600 });
    return {
      env: { GIT_SSH_COMMAND: `ssh -F ${shellQuoted(at("config"))}`, GIT_SSH_VARIANT: "ssh" },
      close: async () => {
        agent.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The pinned host keys under the one name that the configuration looks up. */
function knownHosts({ host, hostKeys }: PinnedSsh): string {
  return readHostKeys(hostKeys)
    .map(({ type, key }) => `${host} ${type} ${key}\n`)
    .join("");
}

/** With `-F` no other configuration is read, the system's included. */
function configText({ address, host, port, user, verbose }: PinnedSsh, at: (name: string) => string): string {
  const lines: [string, string][] = [
    ["HostName", address],
    ["HostKeyAlias", host],
    ["Port", String(port)],
    ["User", user],
    ["IdentityAgent", quoted(at("agent"))],
    ["IdentityFile", quoted(at("key.pub"))],
    ["UserKnownHostsFile", quoted(at("known_hosts"))],
    ["LogLevel", verbose ? "DEBUG1" : "ERROR"],
    ...fixed,
  ];
  return `Host *\n${lines.map(([name, value]) => `  ${name} ${value}\n`).join("")}`;
}

const fixed: [string, string][] = [
  ["AddKeysToAgent", "no"],
  ["BatchMode", "yes"],
  ["CanonicalizeHostname", "no"],
  ["CertificateFile", "none"],
  ["CheckHostIP", "no"],
  ["ClearAllForwardings", "yes"],
  ["ConnectTimeout", "10"],
  ["ConnectionAttempts", "1"],
  ["ControlMaster", "no"],
  ["ControlPath", "none"],
  ["EscapeChar", "none"],
  ["ForwardAgent", "no"],
  ["ForwardX11", "no"],
  ["GlobalKnownHostsFile", os.devNull],
  ["IdentitiesOnly", "yes"],
  ["KnownHostsCommand", "none"],
  ["NumberOfPasswordPrompts", "0"],
  ["PermitLocalCommand", "no"],
  ["PreferredAuthentications", "publickey"],
  ["ProxyCommand", "none"],
  ["RequestTTY", "no"],
  ["ServerAliveCountMax", "3"],
  ["ServerAliveInterval", "15"],
  ["StrictHostKeyChecking", "yes"],
  ["Tunnel", "no"],
  ["UpdateHostKeys", "no"],
  ["VerifyHostKeyDNS", "no"],
];

/** ssh expands percent signs in its configuration, so they are doubled. */
function quoted(file: string): string {
  return `"${file.replaceAll("%", "%%")}"`;
}

/** git hands the command to a shell; the one value in it is a folder of our own making. */
function shellQuoted(file: string): string {
  return `'${file.replaceAll("'", "'\\''")}'`;
}
