import { hostKey, isAddress } from "@/lib/address";
import { Fault } from "@/lib/fault";

export const maxUrlLength = 2048;

/**
 * Read an address a person or a host gave, in the one spelling every parser agrees on. Refuses user-info,
 * back slashes, control characters, `..` segments, and host names that only turn into an IP address by folding
 * (`0x7f.1`, `2130706433`, `①②⑦.⓪.⓪.①`), because git and Node would read those differently.
 * @throws Fault `invalid_input` reason `address_invalid`
 */
export function readUrl(text: string): URL {
  const [, authority = "", path = ""] = /^[a-z]+:\/\/([^/?#]*)([^?#]*)/i.exec(text) ?? [];
  const why = problemOf(text, authority, path);
  if (why) throw addressInvalid(why);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw addressInvalid("it cannot be read as an address");
  }
  if (!sameHost(authority, url)) throw addressInvalid("the host must be a name or a plain IP address");
  return url;
}

export function addressInvalid(why: string): Fault {
  return new Fault("invalid_input", { code: "address_invalid", params: { why } });
}

/** What is wrong with the text, before any parser changes it. */
function problemOf(text: string, authority: string, path: string): string | null {
  if (text.length > maxUrlLength) return `it is longer than ${maxUrlLength} characters`;
  if (/[\p{Cc}\p{Cf}\p{Z}\p{Cs}]/u.test(text)) {
    return "it holds a space or a control character";
  }
  if (text.includes("\\")) return "it holds a back slash";
  if (text.includes("#")) return "it holds a #; leave that and what follows out";
  if (!/^https?:\/\/[^/?#]/i.test(text)) return "it must start with https:// or http://, followed by a host";
  if (authority.includes("@")) return "it holds a user name or a password; enter those in their own fields";
  if (authority.includes("%")) return "the host holds a percent sign";
  if (/\/(\.|%2e){1,2}(\/|$)/i.test(path)) return "the path holds . or .. segments";
  if (/%(0[0-9a-f]|1[0-9a-f]|5c|7f)/i.test(path))
    return "the path holds an encoded control character or back slash";
  return null;
}

/** The host as written must be the host as read, except for case and international letters. */
function sameHost(raw: string, url: URL): boolean {
  const [written, read] = [hostKey(raw.replace(/:\d*$/, "")), hostKey(url.hostname)];
  if (read === "" || read.includes("..")) return false;
  if (isAddress(read)) return written === read || (written.includes(":") && isAddress(written));
  return true;
}
