import type { ProviderRow } from "@/features/git-provider/record/row";
import { type Bulkhead, bulkhead, runThrough } from "@/lib/bulkhead";
import { type Env, env } from "@/lib/env";
import type { HttpHook } from "@/lib/http";
import { processGlobal } from "@/lib/process-global";
import type { GitPort } from "@/providers/git-port";

/** Calls of one organization run side by side up to the limits of this many providers together. */
const providersAtOnce = 4;
const waitMs = 10_000;

interface Held {
  of: Env;
  providers: Bulkhead;
  organizations: Bulkhead;
}

const held = processGlobal<Held | null>("bulkheads", () => null);

function bulkheads(): Held {
  const now = env();
  if (held.value?.of !== now) {
    const atOnce = now.hostConcurrency;
    const of = (factor: number) => bulkhead({ atOnce: atOnce * factor, waiting: 100 * factor, waitMs });
    held.value = { of: now, providers: of(1), organizations: of(providersAtOnce) };
  }
  return held.value;
}

type Whose = Pick<ProviderRow, "organizationId" | "gitProviderId">;

/** Limits per provider and per organization, so that a hanging host or a busy organization does not hold up others. */
function limited<T>({ organizationId, gitProviderId }: Whose, call: () => Promise<T>): Promise<T> {
  const { providers, organizations } = bulkheads();
  const places: [Bulkhead, string][] = [
    [providers, gitProviderId],
    [organizations, organizationId],
  ];
  return runThrough(places, call);
}

/** HTTP hook: start a call once its provider and its organization are below their limits. */
export function limitConcurrency(whose: Whose): HttpHook {
  return (next) => (request, limits) => limited(whose, () => next(request, limits));
}

/** The same limits for git commands that contact the host. */
export function limitedGit(git: GitPort, whose: Whose): GitPort {
  return {
    lsRemote: (remote, signal) => limited(whose, () => git.lsRemote(remote, signal)),
    ...(git.fetchOnce && {
      fetchOnce: (remote, commit, signal) =>
        limited(whose, async () => git.fetchOnce?.(remote, commit, signal)),
    }),
    hostKeys: (server, signal) => limited(whose, async () => (await git.hostKeys?.(server, signal)) ?? []),
  };
}
