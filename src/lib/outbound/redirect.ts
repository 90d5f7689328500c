import { Fault } from "@/lib/fault";
import { bearsSecret, type Shot } from "@/lib/outbound/request";
import { readUrl } from "@/lib/outbound/url";

const moved = new Set([301, 302, 303, 307, 308]);

export const maxRedirects = 3;

/** Whether an answer asks to go elsewhere, and the caller wants that followed. */
export function isRedirect(shot: Shot, status: number, location: string | null): location is string {
  return shot.redirect !== "manual" && moved.has(status) && location !== null;
}

/**
 * The request that follows a redirect. A request that may hold a secret stays on its origin; nothing ever goes
 * from https down to http.
 * @throws Fault `bad_response` reason `redirect_elsewhere` | `redirect_invalid`
 */
export function follow(shot: Shot, status: number, location: string): Shot {
  const url = locate(shot.url, location);
  const elsewhere = url.origin !== shot.url.origin;
  const downgrade = shot.url.protocol === "https:" && url.protocol === "http:";
  if (downgrade || (elsewhere && bearsSecret(shot))) {
    const params = { from: shot.url.origin, to: url.origin };
    throw new Fault("bad_response", { code: "redirect_elsewhere", params });
  }
  return keepsMethod(shot, status) ? { ...shot, url } : asGet(shot, url);
}

function locate(from: URL, location: string): URL {
  try {
    // Read again as text: what a host sends gets no laxer reading than what a person types.
    const absolute = /^[a-z][a-z0-9+.-]*:/i.test(location) ? location : new URL(location, from).href;
    return readUrl(absolute.replace(/#.*$/, ""));
  } catch (cause) {
    throw new Fault("bad_response", { code: "redirect_invalid", params: { from: from.origin } }, { cause });
  }
}

function keepsMethod(shot: Shot, status: number): boolean {
  if (status === 307 || status === 308) return true;
  return shot.method === "GET" || shot.method === "HEAD";
}

function asGet(shot: Shot, url: URL): Shot {
  const { "content-type": _type, ...headers } = shot.headers;
  return { ...shot, method: "GET", body: null, headers, url };
}
