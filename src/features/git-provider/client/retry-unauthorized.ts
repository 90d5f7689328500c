import { recordFailure, resetRejections, wasRefused } from "@/features/git-provider/health/record-health";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";
import type { Forge } from "@/providers/provider";

/** The parts of a forge that ask its host. */
type ForgeMethod = "probe" | "verify" | "repositories" | "refs" | "remote" | "owners";

/** What happens around a call. `call` may be made with more than one forge, such as one with the next token. */
type AroundCall = <T>(method: ForgeMethod, call: (forge: Forge) => Promise<T>) => Promise<T>;

/** The same forge, with something around each of its calls. */
function withAround(forge: Forge, around: AroundCall): Forge {
  const { repositories, owners } = forge;
  return {
    probe: () => around("probe", (on) => on.probe()),
    verify: () => around("verify", (on) => on.verify()),
    ...(repositories && {
      repositories: {
        list: (query) => around("repositories", (on) => (on.repositories ?? repositories).list(query)),
        get: (key) => around("repositories", (on) => (on.repositories ?? repositories).get(key)),
      },
    }),
    refs: {
      list: (key, query) => around("refs", (on) => on.refs.list(key, query)),
      resolve: (key, ref) => around("refs", (on) => on.refs.resolve(key, ref)),
    },
    git: { remote: (key) => around("remote", (on) => on.git.remote(key)) },
    ...(owners && { owners: { list: () => around("owners", (on) => (on.owners ?? owners).list()) } }),
    page: (kind, name) => forge.page(kind, name),
  };
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
