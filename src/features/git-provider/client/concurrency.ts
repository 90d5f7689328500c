import type { ProviderRow } from "@/features/git-provider/record/row";
import { type Bulkhead, bulkhead } from "@/lib/bulkhead";
import { type Env, env } from "@/lib/env";
import type { Http } from "@/lib/http";
import { processGlobal } from "@/lib/process-global";
import type { GitPort } from "@/providers/git-port";

/** An organization has as many calls under way as this many busy providers. */
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

/**
 * A session whose calls go through the bulkheads: a host that hangs holds the few places of its own provider, and a
 * busy organization those of its own providers.
 */
export function inBulkhead<Ways extends { http: Http; git: GitPort }>(
  session: Ways,
  { organizationId, gitProviderId }: Pick<ProviderRow, "organizationId" | "gitProviderId">,
): Ways {
  const { http, git } = session;
  const pass = <T>(call: () => Promise<T>): Promise<T> => {
    const { providers, organizations } = bulkheads();
    return providers.run(gitProviderId, () => organizations.run(organizationId, call));
  };
  return {
    ...session,
    http: { send: (request, limits) => pass(() => http.send(request, limits)) },
    git: {
      lsRemote: (remote, signal) => pass(() => git.lsRemote(remote, signal)),
      hostKeys: (server, signal) => pass(async () => (await git.hostKeys?.(server, signal)) ?? []),
    },
  };
}
