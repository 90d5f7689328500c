import { setMaxListeners } from "node:events";
import { revalidate } from "@/features/git-provider/client/etag-cache";
import { recordBudget } from "@/features/git-provider/health/rate-limit";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { probeSsh } from "@/git/ssh-probe";
import { isSshUrl } from "@/git/ssh-url";
import { type Bulkhead, bulkhead, enterAll } from "@/lib/bulkhead";
import { type Env, env } from "@/lib/env";
import { type Http, type HttpHook, withHooks } from "@/lib/http";
import { outbound } from "@/lib/outbound";
import { parseAllowList } from "@/lib/outbound/allow-list";
import { type Probe, probe } from "@/lib/outbound/probe";
import { readProxies } from "@/lib/outbound/proxy";
import type { Network } from "@/lib/outbound/target";
import { processGlobal } from "@/lib/process-global";
import type { GitPort } from "@/providers/git-port";
import { caField, certificatesIn } from "@/providers/kit/ca-certificate";
import { gitPort } from "@/providers/kit/git-port";
import type { ProviderSession } from "@/providers/provider";

/** The network access that a provider's code is given. */
export interface Ports {
  http: Http;
  git: GitPort;
  /** How far a connection to an address gets (DNS, TCP, TLS), without a credential. Never throws. */
  probe(address: string, deadlineMs: number): Promise<Probe>;
  network: Network;
}

interface Held {
  of: Env;
  ports: Ports;
  /** Those of providers with a certificate authority of their own, by its PEM. */
  trusting: Map<string, Ports>;
  providers: Bulkhead;
  organizations: Bulkhead;
}

const held = processGlobal<Held | null>("ports", () => null);

/** Made once per process, and again when other settings are adopted. */
function current(): Held {
  const now = env();
  if (held.value?.of !== now)
    held.value = { of: now, ports: guarded(now), trusting: new Map(), ...bulkheads(now) };
  return held.value;
}

/** Guarded by what the settings allow; one client per process. */
export function ports(): Ports {
  return current().ports;
}

/** More providers with an authority of their own than one instance has; the oldest ones are made again. */
const mostTrusting = 100;

/** The same for one provider, which may have a certificate authority of its own. */
export function portsOf(settings: Record<string, unknown>): Ports {
  const own = settings[caField];
  const { of, ports, trusting } = current();
  if (typeof own !== "string" || own === "") return ports;
  const authorities = [...of.authorities, ...certificatesIn(own)];
  const known = trusting.get(own) ?? guarded({ ...of, authorities });
  trusting.delete(own);
  trusting.set(own, known);
  for (const oldest of [...trusting.keys()].slice(0, -mostTrusting)) trusting.delete(oldest);
  return known;
}

/** Reach hosts through these instead, until the settings change. For tests. */
export function setPorts(given: Partial<Ports>): void {
  const now = current();
  held.value = { ...now, ports: { ...now.ports, ...given } };
}

function guarded({ outboundAllow, authorities, ...proxies }: Env): Ports {
  const network = {
    allow: parseAllowList(outboundAllow),
    proxies: readProxies(proxies),
    ca: authorities,
  };
  const http = outbound(network);
  return {
    network,
    http,
    probe: (address, deadlineMs) =>
      isSshUrl(address) ? probeSsh(address, network, deadlineMs) : probe(address, http, network, deadlineMs),
    git: gitPort(network),
  };
}

/** Calls of one organization run side by side up to the limits of this many providers together. */
const providersAtOnce = 4;
const waitMs = 10_000;

function bulkheads({ hostConcurrency: atOnce }: Env): Pick<Held, "providers" | "organizations"> {
  const of = (factor: number) => bulkhead({ atOnce: atOnce * factor, waiting: 100 * factor, waitMs });
  return { providers: of(1), organizations: of(providersAtOnce) };
}

export type Session = ProviderSession<Record<string, unknown>, Record<string, string | null | undefined>>;

type Given = Pick<Session, "authMethod" | "settings" | "secrets" | "signal" | "keep">;

/** The session that a provider's code gets: settings, secrets, and the ports for HTTP, git and SSH. */
export function sessionOf(given: Given): Session {
  const { http, git } = portsOf(given.settings);
  // Every call of the session listens to it; without this Node warns of a leak after ten.
  if (given.signal) setMaxListeners(0, given.signal);
  return { ...given, http, git, now: () => new Date() };
}

/** The session of a stored connection: what every call with its credential goes through, made once. */
export function connectedSession(given: Given, row: ProviderRow): Session {
  return through(current(), sessionOf(given), row, row);
}

/** The session of a credential that is tried for a connection: its answers say nothing of the stored one. */
export function tried<Of extends Ways>(session: Of, row: Whose): Of {
  return through(current(), session, row);
}

interface Ways {
  http: Http;
  git: GitPort;
}

type Whose = Pick<ProviderRow, "organizationId" | "gitProviderId">;

/**
 * The first hook is the outermost. A provider adds hooks of its own around them.
 * @param stored the connection whose answers they are, where its credential is the stored one
 */
function through<Of extends Ways>(now: Held, session: Of, whose: Whose, stored?: ProviderRow): Of {
  const enter = entrance(now, whose);
  const git = limitedGit(session.git, enter);
  const hooks = [limitConcurrency(enter), ...(stored ? [revalidate, recordBudget(stored)] : [])];
  return { ...session, git, http: withHooks(session.http, hooks) };
}

/** Waits until a call may start. @returns what ends it */
type Enter = () => Promise<() => void>;

/** Limits per provider and per organization, so that a hanging host or a busy organization does not hold up others. */
function entrance({ providers, organizations }: Held, { organizationId, gitProviderId }: Whose): Enter {
  return enterAll.bind(null, [
    [providers, gitProviderId],
    [organizations, organizationId],
  ]);
}

/** HTTP hook: start a call once its provider and its organization are below their limits. */
function limitConcurrency(enter: Enter): HttpHook {
  return (next) => async (request, limits) => {
    const leave = await enter();
    try {
      return await next(request, limits);
    } finally {
      leave();
    }
  };
}

/** The same limits for git commands that contact the host. */
function limitedGit(git: GitPort, enter: Enter): GitPort {
  async function limited<T>(call: () => Promise<T>): Promise<T> {
    const leave = await enter();
    try {
      return await call();
    } finally {
      leave();
    }
  }
  return {
    lsRemote: (remote, signal) => limited(() => git.lsRemote(remote, signal)),
    ...(git.fetchOnce && {
      fetchOnce: (remote, commit, signal) => limited(async () => git.fetchOnce?.(remote, commit, signal)),
    }),
    hostKeys: (server, signal) => limited(async () => (await git.hostKeys?.(server, signal)) ?? []),
  };
}
