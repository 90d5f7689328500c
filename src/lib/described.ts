/** Error classes whose message the engine builds from names in the source, so that it holds no data. */
const plainSpoken = /^(TypeError|ReferenceError|RangeError)$/;

/** What is logged of an error: `error` is its kind, `at` the lines of its stack. */
export interface Described {
  error: string;
  code?: string;
  text?: string;
  at?: string[];
}

/**
 * The part of an unexpected error that may be logged. Most messages may contain data, so only kind and place are
 * kept.
 */
export function described(error: unknown): Described {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const at = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    code,
    ...(plainSpoken.test(error.name) && { text: error.message.slice(0, 300) }),
    at: at.slice(0, 12).map((line) => line.trim()),
  };
}
