/**
 * A place inside the app to go to after signing in. Anything that a browser could read as another origin
 * (`//evil`, `/\evil`, a scheme, control characters) gives the start page.
 */
export function returnPath(wanted: string | null | undefined): string {
  if (!wanted?.startsWith("/") || /^\/[/\\]|[\p{Cc}\\]/u.test(wanted)) return "/";
  const url = new URL(wanted, "http://slipway.invalid");
  if (url.host !== "slipway.invalid" || url.pathname.startsWith("//")) return "/";
  return /^\/(sign-in|setup|api)(\/|$)/.test(url.pathname) ? "/" : url.pathname + url.search + url.hash;
}

/** The sign-in page that leads back to `path`. */
export function signInPath(path: string): string {
  const back = returnPath(path);
  return back === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(back)}`;
}
