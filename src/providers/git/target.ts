import type { GitRemote, RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { canonical, checkAddress, covers } from "@/providers/git/reach";
import type { Secrets, Settings } from "@/providers/git/settings";
import { pathOf } from "@/providers/kit/path";
import type { ProviderSession } from "@/providers/provider";

export type Session = ProviderSession<Settings, Secrets>;

/** Servers that ask for a token take any name beside it, but not an empty one. */
const ANY_USER = "git";

/**
 * The remote of a repository. Its full name is its address, or a path below the connection's address.
 * @throws Fault `invalid_input` (reasons `git_outside`, `git_url_needed`, `git_url_invalid`, `address_invalid`,
 * `name_invalid`) | `credential_rejected` reason `git_password_missing`
 */
export function remoteOf(session: Session, key: RepositoryKey): GitRemote {
  const url = addressOf(session.settings, key.fullName);
  const { gitUrl } = session.settings;
  if (session.authMethod === "public") return { url, credential: null };
  if (!gitUrl) throw new Fault("invalid_input", { code: "git_url_needed" });
  if (!covers(gitUrl, url))
    throw new Fault("invalid_input", { code: "git_outside", params: { url: gitUrl } });
  return { url, credential: credentialOf(session) };
}

function addressOf({ gitUrl }: Settings, fullName: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(fullName)) return canonical(checkAddress(fullName).href);
  if (!gitUrl) throw new Fault("invalid_input", { code: "git_url_needed" });
  return canonical(checkAddress(`${gitUrl}/${pathOf(...fullName.split("/"))}`).href);
}

function credentialOf({ settings, secrets }: Session): NonNullable<GitRemote["credential"]> {
  const password = secrets.password ?? "";
  if (password.trim() === "") throw new Fault("credential_rejected", { code: "git_password_missing" });
  return { username: settings.username?.trim() || ANY_USER, password };
}
