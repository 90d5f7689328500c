import { recordFailure } from "@/features/git-provider/health/record-health";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";
import type { Forge } from "@/providers/provider";

/** A forge with the row that holds its token. */
export interface Token {
  row: ProviderRow;
  forge: Forge;
}

/**
 * The same forge, whose token is replaced when the host refuses it: the call is then made once more with the next one.
 * What fails all the same is noted for the token that was used.
 * @param next the next token; null when there is none to be had, and the refusal stands
 */
export function renewing(first: Token, next: (used: Token) => Promise<Token | null>): Forge {
  let current = first;
  async function call(path: PropertyKey[], given: unknown[]): Promise<unknown> {
    const used = current;
    try {
      return await callAt(used.forge, path, given);
    } catch (error) {
      const following = isRefused(error) ? await next(used) : null;
      if (!following) throw await noted(used, error);
      current = following;
    }
    const again = current;
    return callAt(again.forge, path, given).catch(async (error: unknown) => {
      throw await noted(again, error);
    });
  }
  return layer(first.forge, [], call);
}

type Call = (path: PropertyKey[], given: unknown[]) => Promise<unknown>;

/** `page` is told without the host and needs no token. */
const localMethods: readonly PropertyKey[] = ["page"];

function layer<T extends object>(target: T, path: PropertyKey[], call: Call): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key);
      const here = [...path, key];
      if (typeof value === "object" && value !== null) return layer(value, here, call);
      if (typeof value !== "function" || localMethods.includes(key)) return value;
      return (...given: unknown[]) => call(here, given);
    },
  });
}

async function callAt(forge: Forge, path: PropertyKey[], given: unknown[]): Promise<unknown> {
  let at: unknown = forge;
  for (const key of path.slice(0, -1)) at = Reflect.get(Object(at), key);
  const method: unknown = Reflect.get(Object(at), path.at(-1) ?? "");
  return typeof method === "function" ? method.apply(at, given) : undefined;
}

function isRefused(error: unknown): boolean {
  return error instanceof Fault && error.code === "credential_rejected";
}

async function noted({ row }: Token, error: unknown): Promise<unknown> {
  await recordFailure(row, error);
  return error;
}

export interface Watcher {
  failed(error: unknown): Promise<void>;
  /** @param method the name of what was called */
  succeeded(method: string): Promise<void>;
}

/**
 * The same object, with the watcher told of every promise that ends, whichever method or part of a part gave it.
 * Answer and rejection are passed on as they are.
 */
export function watch<T extends object>(target: T, watcher: Watcher): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key);
      if (typeof value === "function") return watched(value.bind(object), String(key), watcher);
      return typeof value === "object" && value !== null ? watch(value, watcher) : value;
    },
  });
}

function watched(method: (...given: unknown[]) => unknown, name: string, watcher: Watcher) {
  return (...given: unknown[]) => {
    const answer = method(...given);
    return answer instanceof Promise ? told(answer, name, watcher) : answer;
  };
}

async function told(
  answer: Promise<unknown>,
  name: string,
  { failed, succeeded }: Watcher,
): Promise<unknown> {
  const value = await answer.catch(async (error: unknown) => {
    await failed(error);
    throw error;
  });
  await succeeded(name);
  return value;
}
