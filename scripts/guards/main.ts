/**
 * `npm run test:guards [-- words]`: takes the guards of the table out of copies of the project, one at a time, and
 * shows for each the tests that fail. Ends with an error when a guard is not found, or when no test misses it.
 */
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { testServer } from "./database";
import type { Guard } from "./guard";
import { endAll, type Outcome, runTests } from "./run-tests";
import { guards } from "./table";
import { copyTree, removeTree, withoutGuard } from "./tree";
import { judge, table, unsound, type Verdict } from "./verdict";

const root = path.resolve(import.meta.dirname, "../..");
const words = process.argv.slice(2).join(" ").toLowerCase();
const chosen = guards.filter(({ name }) => name.toLowerCase().includes(words));
const left = [...chosen];

/** A copy to work in. */
interface Bench {
  tree: string;
  /** Address of a database server. */
  server: string;
  /** How the named tests end with every guard in place. */
  before: readonly Outcome[];
}

const parallel = 2;
const deadlineMs = 180_000;

/** With every guard in place all named tests must pass; otherwise their failures prove nothing. */
async function soundness(tree: string, server: string): Promise<Outcome[]> {
  const proofs = chosen.flatMap((guard) => guard.proofs);
  return runTests({ tree, proofs, server, workers: parallel, deadlineMs: 3 * deadlineMs });
}

async function takeOut(guard: Guard, { tree, server, before }: Bench): Promise<Verdict> {
  const started = Date.now();
  const [wrong] = unsound(guard.proofs, before);
  if (wrong) return { guard, shown: [], problem: `not with it in place either: ${wrong}`, seconds: 0 };
  const run = () => runTests({ tree, proofs: guard.proofs, server, workers: 1, deadlineMs });
  const judged = await withoutGuard(tree, guard, run).then(
    (outcomes) => judge(guard, outcomes),
    (error: unknown) => ({ shown: [], problem: error instanceof Error ? error.message : String(error) }),
  );
  return { guard, ...judged, seconds: (Date.now() - started) / 1000 };
}

/** Take guards from the list until none is left, in one copy. */
async function work(bench: Bench): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let guard = left.shift(); guard; guard = left.shift()) {
    const verdict = await takeOut(guard, bench);
    console.log(table([verdict]));
    verdicts.push(verdict);
  }
  return verdicts;
}

async function main(folder: string): Promise<boolean> {
  const started = Date.now();
  const trees = Array.from({ length: parallel }, (_, at) => path.join(folder, `tree-${at}`));
  await Promise.all(trees.map((tree) => copyTree(root, tree)));
  const server = await testServer(path.join(folder, "database"));
  try {
    console.log(`${chosen.length} guards. First their tests, with every guard in place …`);
    const before = await soundness(trees[0] ?? "", server.address);
    const benches = trees.map((tree) => ({ tree, server: server.address, before }));
    const all = (await Promise.all(benches.map(work))).flat();
    const shown = all.filter(({ problem }) => problem === null).length;
    const seconds = ((Date.now() - started) / 1000).toFixed(0);
    console.log(`\n${shown} of ${chosen.length} guards are missed by a test, in ${seconds} s`);
    return shown === chosen.length && shown > 0;
  } finally {
    await server.stop();
  }
}

/** End the running tests first, then everything else. */
function stop(): void {
  left.length = 0;
  endAll();
}

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
const folder = await mkdtemp(path.join(os.tmpdir(), "slipway-guards-"));
try {
  process.exitCode = (await main(folder)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await removeTree(folder);
}
