import type { GitRemote, RepositoryKey } from "@/git/nouns";
import { coversSsh, isSshUrl, readSshUrl, type SshAddress, writeSshUrl } from "@/git/ssh-url";
import { Fault } from "@/lib/fault";
import { canonical, checkAddress, covers } from "@/providers/git/address";
import { pinnedKeys } from "@/providers/git/host-key";
import type { Secrets, Settings } from "@/providers/git/settings";
import { pathOf } from "@/providers/kit/path";
import type { ProviderSession } from "@/providers/provider";

export type Session = ProviderSession<Settings, Secrets>;

/** Servers that expect a token accept any user name beside it, but not an empty one. */
const ANY_USER = "git";

/**
 * The remote of a repository. Its full name is its address, or a path below the connection's address. A server of ssh
 * that was not met before is met here, and its keys are kept.
 * @throws Fault as `addressOf` | `credential_rejected` reason `git_password_missing` | `ssh_key_missing` | of the host
 */
export async function remoteOf(session: Session, key: RepositoryKey): Promise<GitRemote> {
  const url = addressOf(session, key);
  if (session.authMethod === "public") return { url, credential: null };
  if (session.authMethod !== "ssh") return { url, credential: credentialOf(session) };
  const privateKey = session.secrets.privateKey ?? "";
  if (privateKey === "") throw new Fault("credential_rejected", { code: "ssh_key_missing" });
  return { url, credential: null, ssh: { privateKey, hostKeys: await pinnedKeys(session, readSshUrl(url)) } };
}

/**
 * The address of a repository, which the credential covers.
 * @throws Fault `invalid_input` (reasons `git_outside`, `git_url_needed`, `git_url_invalid`, `address_invalid`,
 * `name_invalid`, `ssh_address_needed`)
 */
export function addressOf({ authMethod, settings }: Session, { fullName }: RepositoryKey): string {
  const { gitUrl } = settings;
  if (authMethod === "ssh") return sshAddress(gitUrl, fullName);
  const url = webAddress(gitUrl, fullName);
  if (authMethod === "public") return url;
  if (!gitUrl) throw new Fault("invalid_input", { code: "git_url_needed" });
  if (!covers(gitUrl, url)) throw outside(gitUrl);
  return url;
}

function webAddress(gitUrl: string | null | undefined, fullName: string): string {
  if (isAddress(fullName)) return canonical(checkAddress(fullName).href);
  if (!gitUrl) throw new Fault("invalid_input", { code: "git_url_needed" });
  return canonical(checkAddress(`${gitUrl}/${pathOf(...fullName.split("/"))}`).href);
}

function sshAddress(gitUrl: string | null | undefined, fullName: string): string {
  if (!gitUrl || !isSshUrl(gitUrl)) throw new Fault("invalid_input", { code: "ssh_address_needed" });
  const root = readSshUrl(gitUrl);
  const place = readSshUrl(isAddress(fullName) ? fullName : writeSshUrl(below(root, fullName)));
  if (!coversSsh(root, place)) throw outside(gitUrl);
  return writeSshUrl(place);
}

/** The place of a path below another. */
function below(root: SshAddress, path: string): SshAddress {
  return { ...root, path: [root.path, path].filter(Boolean).join("/") };
}

function isAddress(fullName: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(fullName) || isSshUrl(fullName);
}

function outside(url: string): Fault {
  return new Fault("invalid_input", { code: "git_outside", params: { url } });
}

function credentialOf({ settings, secrets }: Session): NonNullable<GitRemote["credential"]> {
  const password = secrets.password ?? "";
  if (password.trim() === "") throw new Fault("credential_rejected", { code: "git_password_missing" });
  return { username: settings.username?.trim() || ANY_USER, password };
}
