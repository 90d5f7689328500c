import { z } from "zod";
import { readUrl } from "@/lib/outbound/url";

/**
 * The base address of a host as typed by a person, with its sub-path kept and ending in a slash, so that
 * `new URL("api/v1", base)` stays below it.
 * @throws Fault `invalid_input` reason `address_invalid`
 */
export function baseUrl(text: string): URL {
  const url = readUrl(text.trim());
  url.search = "";
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/`;
  return url;
}

/** The settings column of a host's address: kept with its sub-path and without a slash at its end. */
export const Address = z
  .string()
  .max(2048)
  .transform((text, context) => {
    try {
      return baseUrl(text).href.replace(/\/$/, "");
    } catch {
      const message = "Write the address like https://git.example.com, without user name or password.";
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
  });

/** The base without its last slash, for joining in text. */
export function baseText(base: URL): string {
  return base.href.replace(/\/$/, "");
}

/** The path segments of `url` below `base`, decoded; null when it lies on another origin or outside the base. */
export function segmentsBelow(base: URL, url: URL): string[] | null {
  if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return null;
  return decodedSegments(url.pathname.slice(base.pathname.length));
}

/**
 * The path segments of a URL of any scheme, decoded; null when they are not encoded well. The mark of a home folder, which
 * the short form of ssh has, says nothing on hosts that have no home folders.
 */
export function pathSegments(url: URL): string[] | null {
  return decodedSegments(url.protocol === "ssh:" ? url.pathname.replace(/^\/~\//, "/") : url.pathname);
}

function decodedSegments(path: string): string[] | null {
  try {
    return path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    // A lone percent sign: not an address that a host gave out.
    return null;
  }
}
