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
