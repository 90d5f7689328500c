/** A test that has to fail when a guard is gone. */
export interface Proof {
  /** A test file below the project. */
  file: string;
  /** Words of the test's name, as they stand in the file. */
  test: string;
}

/** One check in the program that keeps a promise of SECURITY.md, and how to take it out. */
export interface Guard {
  /** What it guards, in a few words. */
  name: string;
  /** Where it stands, below the project. */
  file: string;
  /** The check as it is written: found exactly once in the file. */
  text: string;
  /** What stands there when the check is gone: a program that still runs, for who means well. */
  without: string;
  /** Each of them notices. */
  proofs: readonly Proof[];
}

/** How often the text of a guard is in its file. */
export function countOf({ text }: Guard, source: string): number {
  return source.split(text).length - 1;
}
