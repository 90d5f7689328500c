import { type HostKey, hostPattern, readHostKeys, shownKey, writeHostKeys } from "@/git/known-hosts";
import { publishedAmong } from "@/git/published-keys";
import { hostKeyChanged } from "@/git/ssh-fault";
import { shareKey } from "@/git/ssh-scan";
import { Fault } from "@/lib/fault";
import type { Secrets, Settings } from "@/providers/git/settings";
import type { Product } from "@/providers/product";
import type { ProviderSession } from "@/providers/provider";

type Session = ProviderSession<Settings, Secrets>;

export interface Server {
  host: string;
  port: number;
}

/** Parallel calls of one session share one scan of the host keys. */
const meetings = new WeakMap<Session, Promise<string>>();

/**
 * The lines of known_hosts to hold a server against. At the first connection the server's keys are read and stored;
 * from then on no other is accepted. Keys pinned for another server count for nothing.
 * @throws Fault `address_refused` reason `ssh_host_key_unpublished` | as `GitPort.hostKeys`
 */
export function pinnedKeys(session: Session, server: Server): Promise<string> {
  const pinned = pinnedFor(session, server);
  if (pinned.length > 0) return Promise.resolve(writeHostKeys(pinned));
  const met = meetings.get(session) ?? meet(session, server);
  meetings.set(session, met);
  return met;
}

async function meet(session: Session, server: Server): Promise<string> {
  const hostKeys = writeHostKeys(trusted(server, await shownBy(session, server)));
  await session.keep?.({ hostKeys });
  return hostKeys;
}

function pinnedFor({ settings }: Session, { host, port }: Server): HostKey[] {
  const place = hostPattern(host, port);
  return readHostKeys(settings.hostKeys ?? "").filter((key) => key.place === place);
}

async function shownBy({ git, signal }: Session, server: Server): Promise<HostKey[]> {
  return (await git.hostKeys?.(server, signal)) ?? [];
}

/** Where a host publishes its keys, only those are taken. */
function trusted({ host }: Server, shown: HostKey[]): HostKey[] {
  const published = publishedAmong(host, shown);
  if (published?.length !== 0) return published ?? shown;
  const params = { host, shown: shown.map(shownKey) };
  throw new Fault("address_refused", { code: "ssh_host_key_unpublished", params });
}

/**
 * The host key of a server, for the report. Nothing is stored here.
 * @throws Fault `address_refused` reason `ssh_host_key_changed` | `ssh_host_key_unpublished` | as
 * `GitPort.hostKeys`
 */
export async function identify(session: Session, server: Server): Promise<NonNullable<Product["hostKey"]>> {
  const shown = await shownBy(session, server);
  const pinned = pinnedFor(session, server);
  if (pinned.length > 0 && !shareKey(pinned, shown)) throw hostKeyChanged(server.host, pinned, shown);
  const keys = trusted(server, shown);
  const isPublished = publishedAmong(server.host, shown) !== null;
  const params = { host: server.host, shown: keys.map(shownKey) };
  if (isPublished) return { reason: { code: "ssh_host_key_published", params }, unproven: false };
  const isPinned = pinned.length > 0;
  return { reason: { code: `ssh_host_key_${isPinned ? "pinned" : "first"}`, params }, unproven: !isPinned };
}
