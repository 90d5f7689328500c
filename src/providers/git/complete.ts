import { hostPattern, readHostKeys } from "@/git/known-hosts";
import { generateSshKey, readSshKey, type SshKey } from "@/git/ssh-key";
import { isSshUrl, readSshUrl } from "@/git/ssh-url";
import { asFault, Fault } from "@/lib/fault";
import { messageOf, type Reason } from "@/lib/reason";
import { urlOf } from "@/lib/url-of";
import type { Completing } from "@/providers/completing";
import { GENERATE } from "@/providers/git/manifest";
import { Settings } from "@/providers/git/settings";

/** An SSH address or a key means the SSH method; without a secret only the public method is left. */
export function inferMethod({ settings, secrets }: Pick<Completing, "settings" | "secrets">): string {
  if (isSshUrl(String(settings.gitUrl ?? "")) || secrets.privateKey) return "ssh";
  return secrets.password ? "https" : "public";
}

/**
 * The key of a connection over ssh, made where none was given, with the half of it that is shown. A key belongs to its
 * address: another address gets a new one.
 * @throws Fault `invalid_input` with an issue for the field
 */
export async function complete(given: Completing): Promise<Record<string, string>> {
  const gitUrl = String(given.settings.gitUrl ?? "");
  if (given.authMethod !== "ssh") {
    if (isSshUrl(gitUrl)) throw wrong("gitUrl", { code: "ssh_method_needed" });
    return { publicKey: "", hostKeys: "" };
  }
  if (!isSshUrl(gitUrl)) throw wrong("gitUrl", { code: "ssh_address_needed" });
  const { host, port } = readOr("gitUrl", () => readSshUrl(gitUrl));
  checkHostKeys(given, hostPattern(host, port));
  const key = await keyOf(given, rsaHosts.has(host));
  if (!key) return { publicKey: String(given.stored?.settings.publicKey ?? "") };
  if (rsaHosts.has(host) && !key.publicKey.startsWith("ssh-rsa "))
    throw wrong("privateKey", { code: "ssh_key_rsa_only", params: { host } });
  return { privateKey: key.pem, publicKey: key.publicKey };
}

/** Hosts that accept RSA keys only. */
const rsaHosts = new Set(["ssh.dev.azure.com", "vs-ssh.visualstudio.com"]);

/** Null when the stored key stays. */
async function keyOf({ settings, secrets, stored }: Completing, rsa: boolean): Promise<SshKey | null> {
  const pasted = secrets.privateKey?.trim() ?? "";
  if (pasted !== "" && pasted !== GENERATE) return readOr("privateKey", () => readSshKey(pasted));
  const moved = addressIn(settings) !== addressIn(stored?.settings ?? {});
  const stays = pasted === "" && stored?.secrets.includes("privateKey") && !moved;
  return stays ? null : generateSshKey(rsa ? "rsa" : "ed25519");
}

function addressIn({ gitUrl }: Record<string, unknown>): string | null {
  return Settings.shape.gitUrl.safeParse(gitUrl).data ?? null;
}

/**
 * Given host keys have to belong to this server; stored ones of another server are replaced at the first
 * connection.
 */
function checkHostKeys({ settings, stored }: Completing, place: string): void {
  const text = String(settings.hostKeys ?? "");
  if (text.trim() === "" || text === stored?.settings.hostKeys) return;
  const keys = readHostKeys(text);
  if (keys.length > 0 && !keys.some((key) => key.place === place))
    throw wrong("hostKeys", { code: "ssh_host_keys_elsewhere", params: { place } });
}

function readOr<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const fault = asFault(error);
    throw fault.code === "invalid_input" ? wrong(field, fault.reason) : fault;
  }
}

function wrong(path: string, reason: Reason): Fault {
  return new Fault("invalid_input", reason, { issues: [{ path, message: messageOf(reason) }] });
}

/** The page on which the public key is added, for known hosts. */
export function deployKeyPage(gitUrl: string): string | undefined {
  if (!isSshUrl(gitUrl)) return undefined;
  const { host, path } = readSshUrl(gitUrl);
  const repository = path.replace(/\.git$/, "");
  const page = pages[host]?.(repository);
  return page && urlOf(page) ? page : undefined;
}

const pages: Record<string, (repository: string) => string> = {
  "github.com": (name) => `https://github.com/${name}/settings/keys`,
  "gitlab.com": (name) => `https://gitlab.com/${name}/-/settings/repository`,
  "bitbucket.org": (name) => `https://bitbucket.org/${name}/admin/access-keys/`,
  "codeberg.org": (name) => `https://codeberg.org/${name}/settings/keys`,
  "ssh.dev.azure.com": (name) => `https://dev.azure.com/${name.split("/")[1] ?? ""}/_usersSettings/keys`,
};
