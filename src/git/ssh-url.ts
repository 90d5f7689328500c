import { readRepositoryUrl } from "@/git/url";
import { Fault } from "@/lib/fault";
import { readUrl } from "@/lib/outbound/url";
import { urlOf } from "@/lib/url-of";

/** An address of ssh. `absolute` tells `ssh://host/srv/site.git` from `host:site.git`, which begins at the home. */
export interface SshAddress {
  user: string;
  host: string;
  port: number;
  /** Without slashes at either end; empty for a whole server. */
  path: string;
  absolute: boolean;
}

/** Whether a text is meant as an address of ssh: with the scheme, or `name@host:path`. */
export function isSshUrl(text: string): boolean {
  return /^ssh:\/\//i.test(text.trim()) || /^[\w.-]+@[\w.-]+:/.test(text.trim());
}

/**
 * Read an address of ssh. What git or a server could read in another way than we do is refused.
 * @throws Fault `invalid_input` reason `git_url_invalid` | `address_invalid`
 */
export function readSshUrl(text: string): SshAddress {
  const trimmed = text.trim().replace(/\/+$/, "");
  const bare = /^(ssh:\/\/[^/]+|[\w.-]+@[\w.-]+:)$/i.test(trimmed);
  // A whole server has no path to read: one is put there and taken away again.
  const read = readRepositoryUrl(
    bare ? trimmed.replace(/:?$/, (end) => (end === ":" ? ":x" : "/x")) : trimmed,
  );
  if (read.kind !== "ssh") throw invalid("it must start with ssh://, or look like git@host:path");
  return checked({ ...read, path: bare ? "" : read.path });
}

function checked({ user, host, port, path }: Omit<SshAddress, "absolute">): SshAddress {
  // Numbers that fold into an address (127.1, 0x7f.1) are refused here as they are for the web.
  readUrl(`https://${host}:${port}/`);
  if (/[`"'$&;|<>()[\]{}!?*#]/.test(path))
    throw invalid("the path holds a sign that shells read in their own way");
  if (/%(?!20|[89a-f][0-9a-f])/i.test(path)) throw invalid("the path holds an encoded dot, slash or sign");
  const absolute = path.startsWith("/") && !path.startsWith("/~/");
  const bare = path.replace(/^\/(~\/)?/, "").replace(/\/+$/, "");
  if (bare.includes("//") || bare.startsWith("/")) throw invalid("the path holds an empty part");
  if (bare.startsWith("-")) throw invalid("the path starts with a dash, which programs read as an option");
  return { user, host, port, path: bare, absolute: absolute || bare === "" };
}

/** Any address of a repository as a URL, where a path at the home folder begins with `/~/`; null for text that is none. */
export function addressUrl(text: string): URL | null {
  if (!isSshUrl(text)) return urlOf(text);
  try {
    return urlOf(withScheme(readSshUrl(text)));
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

/** One spelling of an address: the short form where the path begins at the home, else with the scheme. */
export function writeSshUrl({ user, host, port, path, absolute }: SshAddress): string {
  if (!absolute && port === 22) return `${user}@${host}:${path}`;
  return withScheme({ user, host, port, path, absolute });
}

function withScheme({ user, host, port, path, absolute }: SshAddress): string {
  const place = port === 22 ? host : `${host}:${port}`;
  return `ssh://${user}@${place}/${absolute ? "" : "~/"}${path}`.replace(/\/$/, "");
}

/** Is the address the root or below it, by whole parts of the path, for the same user of the same server? */
export function coversSsh(root: SshAddress, { user, host, port, path, absolute }: SshAddress): boolean {
  if (root.user !== user || root.host !== host || root.port !== port) return false;
  if (root.path === "") return path !== "";
  return root.absolute === absolute && (path === root.path || path.startsWith(`${root.path}/`));
}

function invalid(why: string): Fault {
  return new Fault("invalid_input", { code: "git_url_invalid", params: { why } });
}
