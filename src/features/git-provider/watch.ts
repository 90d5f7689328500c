/**
 * The same object, with `failed` told of every promise that rejects, whichever method or part of a part gave it.
 * The rejection itself is passed on.
 */
export function watch<T extends object>(target: T, failed: (error: unknown) => Promise<void>): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key);
      if (typeof value === "function") return watched(value.bind(object), failed);
      return typeof value === "object" && value !== null ? watch(value, failed) : value;
    },
  });
}

function watched(method: (...given: unknown[]) => unknown, failed: (error: unknown) => Promise<void>) {
  return (...given: unknown[]) => {
    const answer = method(...given);
    return answer instanceof Promise ? answer.catch((error) => rethrow(error, failed)) : answer;
  };
}

async function rethrow(error: unknown, failed: (error: unknown) => Promise<void>): Promise<never> {
  await failed(error);
  throw error;
}
