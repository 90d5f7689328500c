/** Classes of error whose text is made by the engine from names in our own code. */
const plainSpoken = /^(TypeError|ReferenceError|RangeError)$/;

/** What the log says of an error: `error` is its kind, `at` the lines of its stack. */
export interface Described {
  error: string;
  code?: string;
  text?: string;
  at?: string[];
}

/**
 * What of an unexpected error may be logged. The text of most errors may hold what was being worked on, so only its
 * kind and its place are kept.
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
