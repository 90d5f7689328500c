import { Fault } from "@/lib/fault";
import { readUrl } from "@/lib/outbound/url";
import { urlOf } from "@/lib/url-of";

/**
 * Where a credential may go: to the address it was given for and to what lies below it, by whole path segments on
 * the same scheme, host and port. Everything that a server could read in another way than we do is refused.
 */

/** Is `address` the `root` or below it? Text that is no plain address is nowhere. */
export function covers(root: string, address: string): boolean {
  if (addressProblem(root) !== null || addressProblem(address) !== null) return false;
  const [outer, inner] = [new URL(canonical(root)), new URL(canonical(address))];
  if (outer.origin !== inner.origin) return false;
  const prefix = outer.pathname.replace(/\/+$/, "");
  return inner.pathname === prefix || inner.pathname.startsWith(`${prefix}/`);
}

/** Why an address cannot be used, in words; null when it can. */
export function addressProblem(text: string): string | null {
  try {
    checkAddress(text);
    return null;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

/** @throws Fault `invalid_input` reason `address_invalid` | `git_url_invalid` */
export function checkAddress(text: string): URL {
  const url = readUrl(text);
  if (/[?#]/.test(text)) throw invalid("it holds a ? or #; leave those parts out");
  // Some servers decode a path twice, or cut a segment at a semicolon: `..%2f` and `..;` then climb out.
  if (/%(?:2e|2f|5c|25|3b|00)/i.test(text))
    throw invalid("its path holds an encoded dot, slash or percent sign");
  if (!/^https?:\/\/[^/]/i.test(text) || /\/\.+(?:;|\/|$)/.test(url.pathname))
    throw invalid("its path goes up");
  if (url.pathname.includes("//")) throw invalid("its path holds an empty part");
  return url;
}

/** One spelling of an address: host in lower case, no default port, no slash at the end. */
export function canonical(text: string): string {
  const url = urlOf(text);
  return url ? `${url.origin}${url.pathname.replace(/\/+$/, "")}` : text;
}

function invalid(why: string): Fault {
  return new Fault("invalid_input", { code: "git_url_invalid", params: { why } });
}
