/** A test that has to fail when a guard is removed. */
export interface Proof {
  /** A test file below the project. */
  file: string;
  /** Part of the test's name, as written in the file. */
  test: string;
}

/** One check in the program that keeps a promise of SECURITY.md, and how to take it out. */
export interface Guard {
  /** Its purpose, in a few words. */
  name: string;
  /** Its file, relative to the project. */
  file: string;
  /** The check as it is written: found exactly once in the file. */
  text: string;
  /** The text without the check: the program must still work for honest use. */
  without: string;
  /** The tests of which each must fail without the guard. */
  proofs: readonly Proof[];
}

/** How often the text of a guard occurs in its file. */
export function countOf({ text }: Guard, source: string): number {
  return source.split(text).length - 1;
}
