import type { ProviderRow } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";
import type { Forge } from "@/providers/provider";

/** The parts of a forge that ask its host. */
export type ForgeMethod = "probe" | "verify" | "repositories" | "refs" | "remote" | "owners";

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

export interface TokenRules {
  /** The next token after a refusal; null when there is none to be had, and the refusal stands. */
  next(used: Token): Promise<Token | null>;
  /** A call failed for good, with the token that was used for it. */
  failed(used: Token, error: unknown): Promise<void>;
  succeeded(used: Token, method: ForgeMethod): Promise<void>;
}

/** The same forge, whose token is replaced when the host refuses it: the call is then made once more with the next one. */
export function retryUnauthorized(first: Token, rules: TokenRules): Forge {
  let current = first;
  return withAround(first.forge, async (method, call) => {
    const used = current;
    try {
      const value = await call(used.forge);
      await rules.succeeded(used, method);
      return value;
    } catch (error) {
      const following = isRejected(error) ? await rules.next(used) : null;
      if (!following) {
        await rules.failed(used, error);
        throw error;
      }
      current = following;
    }
    return again(current, method, call, rules);
  });
}

async function again<T>(
  token: Token,
  method: ForgeMethod,
  call: (forge: Forge) => Promise<T>,
  rules: TokenRules,
): Promise<T> {
  try {
    const value = await call(token.forge);
    await rules.succeeded(token, method);
    return value;
  } catch (error) {
    await rules.failed(token, error);
    throw error;
  }
}

function isRejected(error: unknown): boolean {
  return error instanceof Fault && error.code === "credential_rejected";
}
