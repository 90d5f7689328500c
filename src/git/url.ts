import { Fault } from "@/lib/fault";
import { readUrl } from "@/lib/outbound/url";

/** A repository address as it may be stored and shown: never with a credential in it. */
export type RepositoryUrl =
  | {
      kind: "http";
      url: string;
      /** What stood before the `@`, to be offered for the credential fields and then forgotten. */
      credential: { username: string; password: string } | null;
    }
  | { kind: "ssh"; user: string; host: string; port: number; path: string };

/**
 * Read a repository address a person pasted: `https://host/owner/name(.git)`, `ssh://git@host:22/path` or
 * `git@host:path`.
 * @throws Fault `invalid_input` reason `git_url_invalid` | `address_invalid`
 */
export function readRepositoryUrl(text: string): RepositoryUrl {
  const trimmed = text.trim();
  if (/^https?:/i.test(trimmed)) return readHttp(trimmed);
  return readSsh(trimmed);
}

function readHttp(text: string): RepositoryUrl {
  const parts = /^(https?:\/\/)(?:([^/?#@\\]*)@)?([^@]*(?:\/.*)?)$/i.exec(text);
  if (!parts) throw invalid("it cannot be read as a repository address");
  const [, scheme = "", userInfo, rest = ""] = parts;
  const url = readUrl(scheme + rest);
  if (text.includes("?") || text.includes("#")) throw invalid("it holds a ? or #; leave those parts out");
  if (url.pathname.replaceAll("/", "") === "") throw invalid("it names a host but no repository");
  return { kind: "http", url: normalized(url), credential: readUserInfo(userInfo) };
}

/** No slash at the end, so that one repository has one spelling. */
function normalized(url: URL): string {
  return url.origin + url.pathname.replace(/\/+$/, "");
}

function readUserInfo(text: string | undefined) {
  if (!text) return null;
  const [username = "", ...password] = text.split(":");
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password.join(":")) };
  } catch (cause) {
    const params = { why: "the part before the @ is not encoded properly" };
    throw new Fault("invalid_input", { code: "git_url_invalid", params }, { cause });
  }
}

const sshUrl = /^ssh:\/\/(?:([\w.][\w.-]*)@)?([a-z0-9][a-z0-9.-]*)(?::(\d{1,5}))?\/([^?#]+)$/i;
const sshShort = /^([\w.][\w.-]*)@([a-z0-9][a-z0-9.-]*):(?!\/\/)([^?#]+)$/i;

function readSsh(text: string): RepositoryUrl {
  const long = sshUrl.exec(text);
  if (long) return ssh(long[1] ?? "git", long[2], long[3], `/${long[4]}`);
  const short = sshShort.exec(text);
  if (short) return ssh(short[1] ?? "git", short[2], undefined, short[3] ?? "");
  throw invalid("it must start with https:// (or git@ for a key)");
}

function ssh(user: string, host = "", portText: string | undefined, path: string): RepositoryUrl {
  const port = Number(portText ?? 22);
  if (/[\p{Cc}\p{Cf}\p{Z}\p{Cs}\\]/u.test(path))
    throw invalid("the path holds a space, a back slash or a control character");
  if (path.startsWith("-") || /(^|\/)\.{1,2}(\/|$)/.test(path)) throw invalid("the path cannot be used");
  if (path.length + host.length > 2048) throw invalid("it is too long");
  if (port < 1 || port > 65_535) throw invalid("the port cannot be used");
  return { kind: "ssh", user, host: host.toLowerCase(), port, path };
}

function invalid(why: string): Fault {
  return new Fault("invalid_input", { code: "git_url_invalid", params: { why } });
}
