import { Minimatch } from "minimatch";

/** Extended globs, comments and negation are off: a name may begin with `#` or `!` and hold brackets. */
const options = {
  dot: true,
  noext: true,
  nocomment: true,
  nonegate: true,
  platform: "linux",
  braceExpandMax: 100,
} as const;

/** Compares names with a list of patterns. `null` when none fits, else the pattern that decided. */
export type Matcher = (name: string) => string | null;

interface Compiled {
  text: string;
  isNegative: boolean;
  fits(name: string): boolean;
}

/**
 * Names of branches and tags. A star stops at a slash, two stars do not. The last pattern that fits decides, and one
 * with `!` in front takes the name out again; a list of such patterns alone takes everything else in.
 */
export function namePattern(patterns: readonly string[]): Matcher {
  return matcherOf(patterns, (text) => {
    const glob = new Minimatch(text, options);
    return (name) => name === text || glob.match(name);
  });
}

/** Paths of files: like names, and a plain folder stands for all that is below it. */
export function pathPattern(patterns: readonly string[]): Matcher {
  return matcherOf(patterns, (given) => {
    const text = given.replace(/^\.?\/+/, "").replace(/\/+$/, "");
    if (text === "" || text === ".") return () => true;
    if (!/[*?[\]{}\\]/.test(text)) return (name) => name === text || name.startsWith(`${text}/`);
    const glob = new Minimatch(text, options);
    return (name) => glob.match(name);
  });
}

function matcherOf(
  patterns: readonly string[],
  compile: (text: string) => (name: string) => boolean,
): Matcher {
  const all = patterns
    .map((text) => text.trim())
    .filter((text) => text !== "" && text !== "!")
    .map((text): Compiled => {
      const isNegative = text.startsWith("!");
      return { text, isNegative, fits: compile(isNegative ? text.slice(1) : text) };
    });
  const onlyNegative = all.length > 0 && all.every((one) => one.isNegative);
  return (name) => {
    const last = all.findLast((one) => one.fits(name));
    if (!last) return onlyNegative ? "**" : null;
    return last.isNegative ? null : last.text;
  };
}
