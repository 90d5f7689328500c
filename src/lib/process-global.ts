/** A value that every copy of a module in this process shares. */
export interface ProcessGlobal<T> {
  value: T;
}

const registry = Symbol.for("slipway.process");

/**
 * State of the process by its name, created at the first call. The server bundles and hot reload evaluate a module
 * more than once, so a module variable would exist several times.
 */
export function processGlobal<T>(name: string, make: () => T): ProcessGlobal<T> {
  const root = globalThis as { [registry]?: Map<string, ProcessGlobal<unknown>> };
  root[registry] ??= new Map();
  const known = root[registry].get(name);
  if (known) return known as ProcessGlobal<T>;
  const made = { value: make() };
  root[registry].set(name, made);
  return made;
}
