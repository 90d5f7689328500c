/**
 * The default export of a CommonJS package. In the bundle of the server Node.js gives the whole `module.exports`
 * instead, where bundlers and vitest give its `default`.
 */
export function defaultExport<Value>(imported: Value): Value {
  const inner: unknown =
    typeof imported === "object" && imported !== null && Reflect.get(imported, "default");
  return inner ? (inner as Value) : imported;
}
