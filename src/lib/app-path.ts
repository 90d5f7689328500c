import { urlOf } from "@/lib/url-of";

/**
 * A path inside the app, read from untrusted text; null for anything that a browser could read as another origin
 * (`//evil`, `/\evil`, a scheme, control characters), and for what is no page to come back to (a published site
 * below `/sites/` is not the app).
 */
export function appPath(wanted: string | null | undefined): string | null {
  if (!wanted?.startsWith("/") || /^\/[/\\]|[\p{Cc}\\]/u.test(wanted)) return null;
  const url = urlOf(wanted, "http://slipway.invalid");
  if (url?.host !== "slipway.invalid" || url.pathname.startsWith("//")) return null;
  return /^\/(sign-in|setup|api|sites)(\/|$)/.test(url.pathname)
    ? null
    : url.pathname + url.search + url.hash;
}
