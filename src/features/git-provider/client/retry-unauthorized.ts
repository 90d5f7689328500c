import { recordFailure, resetRejections, wasRefused } from "@/features/git-provider/health/record-health";
import type { ProviderRow } from "@/features/git-provider/record/row";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { Forge } from "@/providers/provider";

/** Groups of calls to the host. A forge has those that its host has. */
const groups = [
  "repositories",
  "refs",
  "owners",
  "hooks",
  "appHook",
  "deliveryLog",
  "statuses",
  "pullRequests",
  "comments",
] as const satisfies readonly (keyof Forge)[];

/** Calls that a forge may have besides. */
const calls = ["changedPaths", "commits", "checks"] as const satisfies readonly (keyof Forge)[];

/** The parts of a forge that ask its host. */
type ForgeMethod = "probe" | "verify" | "remote" | (typeof groups)[number] | (typeof calls)[number];

/** What happens around a call. `call` may be made with more than one forge, such as one with the next token. */
type AroundCall = <T>(method: ForgeMethod, call: (forge: Forge) => Promise<T>) => Promise<T>;

type Call = (...given: unknown[]) => Promise<unknown>;

/** The same forge, with something around each of its calls. */
function withAround(forge: Forge, around: AroundCall): Forge {
  const own = {
    probe: () => around("probe", (on) => on.probe()),
    verify: () => around("verify", (on) => on.verify()),
    git: { remote: (key: RepositoryKey) => around("remote", (on) => on.git.remote(key)) },
    page: (kind: Parameters<Forge["page"]>[0], name?: string) => forge.page(kind, name),
  };
  const wrappedGroups = groups.flatMap((name) => {
    const members = Object.entries(forge[name] ?? {}).map(([member, value]) => [
      member,
      typeof value === "function" ? aroundMember(name, member, around) : value,
    ]);
    return forge[name] ? [[name, Object.fromEntries(members)]] : [];
  });
  const wrappedCalls = calls.flatMap((name) =>
    forge[name] ? [[name, (...given: unknown[]) => around(name, (on) => (on[name] as Call)(...given))]] : [],
  );
  // Each member is the one of the forge with the same arguments, which types cannot follow through a list of names.
  return { ...own, ...Object.fromEntries([...wrappedGroups, ...wrappedCalls]) } as Forge;
}

/** The forge with another token is one of the same host, so it has the same members. */
function aroundMember(group: (typeof groups)[number], member: string, around: AroundCall): Call {
  return (...given) =>
    around(
      group,
      (on) => (on[group] as unknown as Record<string, Call>)[member]?.(...given) as Promise<unknown>,
    );
}

/** A forge with the row that holds its token. */
export interface Token {
  row: ProviderRow;
  forge: Forge;
}

/** They can succeed without the host having checked the secret, so their success says nothing about it. */
const provesNothing: readonly ForgeMethod[] = ["probe", "remote"];

/**
 * The same forge, whose token is replaced when the host refuses it: the call is then made once more with the next one.
 * What fails for good, and what succeeds, becomes the health of the provider.
 * @param next the next token after a refusal; null when there is none to be had, and the refusal stands
 */
export function retryUnauthorized(first: Token, next: (used: Token) => Promise<Token | null>): Forge {
  let current = first;
  return withAround(first.forge, async (method, call) => {
    const used = current;
    try {
      const value = await call(used.forge);
      await succeeded(used, method);
      return value;
    } catch (error) {
      const following = isRejected(error) ? await next(used) : null;
      if (!following) {
        await recordFailure(used.row, error);
        throw error;
      }
      current = following;
    }
    return again(current, method, call);
  });
}

async function again<T>(token: Token, method: ForgeMethod, call: (forge: Forge) => Promise<T>): Promise<T> {
  try {
    const value = await call(token.forge);
    await succeeded(token, method);
    return value;
  } catch (error) {
    await recordFailure(token.row, error);
    throw error;
  }
}

async function succeeded({ row }: Token, method: ForgeMethod): Promise<void> {
  if (wasRefused(row) && !provesNothing.includes(method)) await resetRejections(row);
}

/** Another token of a blocked account would be refused as well. */
function isRejected(error: unknown): boolean {
  if (!(error instanceof Fault)) return false;
  return error.code === "credential_rejected" && error.reason.code !== "account_blocked";
}
