import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { Proof } from "./guard";

/** One test that ran. */
export interface Outcome {
  /** Below the tree. */
  file: string;
  /** With the names of what it is in. */
  name: string;
  passed: boolean;
  /** The first line of why it failed. */
  why: string;
}

/** What vitest writes, as far as it is read here. */
const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

export interface Run {
  tree: string;
  proofs: readonly Proof[];
  /** An empty PostgreSQL server for the tests. */
  server: string;
  /** Test files at once. */
  workers: number;
  deadlineMs: number;
}

const patienceMs = 120_000;
const running = new Set<ChildProcess>();

/** Run just these tests. Files that do not even load, or a run that is cut off, give no outcomes. */
export async function runTests({ tree, proofs, server, workers, deadlineMs }: Run): Promise<Outcome[]> {
  const report = path.join(tree, "guards-report.json");
  rmSync(report, { force: true });
  const files = [...new Set(proofs.map(({ file }) => file))];
  const child = spawn(
    process.execPath,
    [
      path.join(tree, "node_modules/vitest/vitest.mjs"),
      ...["run", ...files, "-t", patternOf(proofs), `--maxWorkers=${workers}`],
      // A generous time limit, so that a busy machine does not make a test fail.
      ...[`--testTimeout=${patienceMs}`, `--hookTimeout=${patienceMs}`],
      ...["--reporter=json", `--outputFile=${report}`],
    ],
    // A separate process group, so that what a test has started can be ended with it.
    { cwd: tree, env: { ...process.env, TEST_DATABASE_URL: server }, stdio: "ignore", detached: true },
  );
  running.add(child);
  const timer = setTimeout(() => end(child), deadlineMs);
  await once(child, "exit");
  clearTimeout(timer);
  running.delete(child);
  return existsSync(report) ? outcomes(tree, readFileSync(report, "utf8")) : [];
}

/** Test names contain placeholders (`%s`, `$name`), which match any text. */
function patternOf(proofs: readonly Proof[]): string {
  const escaped = proofs.map(({ test }) => test.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return escaped.map((name) => name.replace(/%[a-z]/g, ".*")).join("|");
}

function outcomes(tree: string, text: string): Outcome[] {
  return Report.parse(JSON.parse(text)).testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "passed" || status === "failed")
      .map(({ fullName, status, failureMessages }) => ({
        file: path.relative(tree, file).split(path.sep).join("/"),
        name: fullName,
        passed: status === "passed",
        why: failureMessages[0]?.split("\n")[0] ?? "",
      })),
  );
}

function end({ pid }: ChildProcess): void {
  if (pid) process.kill(-pid, "SIGKILL");
}

/** Kill all started processes when the program ends. */
export function endAll(): void {
  for (const child of running) end(child);
}
