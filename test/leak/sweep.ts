import type { Transport } from "@test/kit/call";
import { callAndRecord } from "@test/leak/calls";
import type { LeakFixture } from "@test/leak/fixture";
import { damaged, type Ids, inputOf, takes } from "@test/leak/inputs";
import type { SeededHost } from "@test/leak/seed-secrets";
import { pool } from "@/db/client";
import { secretColumns } from "@/features/git-provider/record/store";
import { registry } from "@/providers/registry";
import { type ProcedureFacts, procedures } from "@/server/procedure-facts";

/** For tests: how a sweep calls the procedures. */
export interface Sweep {
  transport?: Transport;
  caller?: keyof LeakFixture["callers"];
  /** All procedures unless given. */
  only?: (facts: ProcedureFacts) => boolean;
  /** Each procedure once, and not for every connection. */
  once?: boolean;
}

/** Procedures that remove, revoke, leave or end a session: they come last. */
export const ends = ({ path }: ProcedureFacts) => /remove|revoke|leave|endSession|setStatus/i.test(path);

/** Procedures that call a host. */
export const asksHosts = ({ path, type }: ProcedureFacts) =>
  /testConnection|repositories|branches|tags|rotate|reassign|restore|search|resolve|notificationRecipient.test/.test(
    path,
  ) ||
  (type === "mutation" && /^application.create$/.test(path));

/** For tests: call every procedure once for each connection that it could be about. Returns the number of calls. */
export async function sweep(fixture: LeakFixture, how: Sweep = {}): Promise<number> {
  const { transport = "rest", caller = "key", only = () => true, once } = how;
  let calls = 0;
  for (const facts of procedures.values()) {
    if (facts.type === "subscription" || !only(facts)) continue;
    for (const ids of targets(fixture, facts.path).slice(0, once ? 1 : undefined)) {
      const body = JSON.stringify(inputOf(fixture.search, facts.path, ids));
      await callAndRecord(fixture.search, transport, facts.path, { body, headers: fixture.callers[caller] });
      calls += 1;
    }
  }
  return calls;
}

/** For tests: send every procedure what it cannot use, with secrets in it, over both transports. */
export async function sweepDamaged(fixture: LeakFixture): Promise<number> {
  let calls = 0;
  for (const { path, type } of procedures.values()) {
    if (type === "subscription") continue;
    const [ids = fixture.ids] = targets(fixture, path);
    const bodies = damaged({
      ...inputOf(fixture.search, path, ids),
      note: fixture.search.make(`${path} unknown`),
    });
    for (const [at, body] of bodies.entries()) {
      const transport = at % 2 === 0 ? "rest" : "trpc";
      await callAndRecord(fixture.search, transport, path, { body, headers: fixture.callers.session });
      calls += 1;
    }
  }
  return calls;
}

function targets({ hosts, ids }: LeakFixture, path: string): Ids[] {
  const own = hosts.filter(({ provider }) => path.startsWith(`${provider.type}.`));
  const [host] = own;
  if (host && takes(path, host.provider.idField))
    return host.rowIds.map((rowId) => ({ ...ids, ...place(host), [host.provider.idField]: rowId }));
  if (!takes(path, "gitProviderId")) return [ids];
  return hosts.flatMap((one) =>
    one.providerIds.map((gitProviderId) => ({ ...ids, ...place(one), gitProviderId })),
  );
}

/** Where the repository to deploy is on this host. */
function place({ served, world }: SeededHost): Ids {
  const [repository] = world.repositories;
  const name = (repository && served.host.fullName(repository)) ?? "acme/site";
  const cut = name.lastIndexOf("/");
  return { owner: name.slice(0, cut), repo: name.slice(cut + 1), repository: name };
}

/** For tests: let hosts be called again that were paused after refusals, with a token that has to be refreshed. */
export async function resetHostLimits(): Promise<void> {
  await pool().query(`UPDATE "git_provider" SET "rejectionCount" = 0, "rateLimit" = NULL, "renewalPause" = NULL,
    "renewalAskedAt" = NULL, "renewalsLost" = 0, "renewalHeldUntil" = NULL, "status" = 'active',
    "health" = "health" - 'limitedUntil'`);
  const dated = Object.values(registry).filter((one) => secretColumns(one).includes("refreshToken"));
  for (const { type } of dated)
    await pool().query(`UPDATE "${type}" SET "expiresAt" = 1 WHERE "refreshToken" IS NOT NULL`);
}
