import type { GitRemote } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { urlOf } from "@/lib/url-of";
import { addressProblem, canonical } from "@/providers/git/address";
import type { Session } from "@/providers/git/target";

const tail = "/info/refs";
const redirects = [301, 302, 303, 307, 308];

/**
 * GitLab and others answer git at an address without `.git` by a redirect to the same address with it. git follows no
 * redirect here, since it would take the credential along, so the address is looked up before and used from the start.
 */
export async function withSuffix(session: Session, remote: GitRemote): Promise<GitRemote> {
  if (remote.ssh || remote.url.endsWith(".git")) return remote;
  const url = await redirectTarget(session, remote.url).catch(unknownTarget);
  return url === `${remote.url}.git` ? { ...remote, url } : remote;
}

/** git reports the fault itself when the host cannot be asked here either. */
function unknownTarget(error: unknown): null {
  if (error instanceof Fault) return null;
  throw error;
}

/** The fault of git, with the address that the host names. */
export async function namingTarget(session: Session, url: string, fault: Fault): Promise<Fault> {
  const to = await redirectTarget(session, url).catch(unknownTarget);
  if (!to) return fault;
  const { code, params } = fault.reason;
  return new Fault(fault.code, { code, params: { ...params, to } }, { cause: fault });
}

/** Where the host sends git that asks at this address, asked without the credential; null when it sends it nowhere. */
async function redirectTarget(session: Session, url: string): Promise<string | null> {
  const request = new Request(`${url}${tail}?service=git-upload-pack`, {
    headers: { accept: "*/*", "git-protocol": "version=2" },
    redirect: "manual",
    signal: session.signal,
  });
  const { status, headers } = await session.http.send(request);
  const location = redirects.includes(status) ? headers.get("location") : null;
  const target = location === null ? null : urlOf(location, new URL(request.url));
  if (!target?.pathname.endsWith(tail)) return null;
  const address = `${target.origin}${target.pathname.slice(0, -tail.length)}`;
  return addressProblem(address) === null ? canonical(address) : null;
}
