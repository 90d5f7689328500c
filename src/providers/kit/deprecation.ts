import { log } from "@/lib/log";

/** A notice is logged once per process; so many different ones are remembered. */
const MOST_REMEMBERED = 500;
const logged = new Set<string>();

/**
 * Log once what a host says of the end of a call: `Deprecation` (RFC 9745) and `Sunset` (RFC 8594). The names in the
 * path are left out, so that every repository gives the same line.
 */
export function logDeprecation(host: string, request: Request, headers: Headers, to = log): void {
  const deprecation = headers.get("deprecation")?.slice(0, 100);
  const sunset = headers.get("sunset")?.slice(0, 100);
  const { origin, pathname } = new URL(request.url);
  const call = `${request.method} ${origin} ${lastWord(pathname)}`;
  const key = [host, call, deprecation, sunset].join(" ");
  if (logged.has(key) || logged.size >= MOST_REMEMBERED) return;
  logged.add(key);
  to.warn(
    { host, call, deprecation, sunset },
    "the host will remove a call that Slipway makes: update Slipway",
  );
}

/** The last part of a path that is a word of the API rather than a name, such as `branches`. */
function lastWord(path: string): string {
  const words = path.split("/").filter((part) => known.has(part));
  return words.at(-1) ?? "";
}

const known = new Set(
  "access_tokens app branches commit commits connectionData default-branch groups installation installations orgs projects refs repos repositories search tags token user users version workspaces".split(
    " ",
  ),
);
