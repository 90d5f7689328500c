import type { Guard, Proof } from "./guard";
import type { Outcome } from "./run-tests";

/** The result of removing one guard. */
export interface Verdict {
  guard: Guard;
  /** A failing test for each of its proofs; otherwise what is wrong. */
  shown: Outcome[];
  problem: string | null;
  seconds: number;
}

/** The outcomes of the tests that a proof names. */
function outcomesOf({ file, test }: Proof, outcomes: readonly Outcome[]): Outcome[] {
  const words = test.split(/%[a-z]/);
  return outcomes.filter((each) => each.file === file && words.every((part) => each.name.includes(part)));
}

/** Every proof must have a failing test: a guard that no test notices may be lost unseen. */
export function judge(guard: Guard, outcomes: readonly Outcome[]): Pick<Verdict, "shown" | "problem"> {
  const failing = guard.proofs.map((proof) => outcomesOf(proof, outcomes).find(({ passed }) => !passed));
  const missed = guard.proofs.filter((_proof, at) => !failing[at]).map(({ test }) => `“${test}”`);
  const shown = failing.filter((each) => each !== undefined);
  return { shown, problem: missed.length > 0 ? `does not fail without it: ${missed.join(", ")}` : null };
}

/** Proofs that do not run or pass while every guard is in place. */
export function unsound(proofs: readonly Proof[], outcomes: readonly Outcome[]): string[] {
  return proofs.flatMap((proof) => {
    const own = outcomesOf(proof, outcomes);
    if (own.length > 0 && own.every(({ passed }) => passed)) return [];
    const why = own.find(({ passed }) => !passed)?.why ?? "it did not run";
    return [`${proof.file}: “${proof.test}”: ${why}`];
  });
}

/** One line for each guard: which test noticed. */
export function table(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ guard, shown, problem, seconds }) => {
    const said = problem ?? shown.map(({ file, name }) => `${file} › ${name}`).join("\n      ");
    return `${problem ? "✗" : "✓"} ${guard.name} (${guard.file}, ${seconds.toFixed(0)} s)\n      ${said}`;
  });
  return rows.join("\n");
}
