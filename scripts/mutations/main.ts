/**
 * `npm run test:mutations [-- words]`: makes small changes to the modules of `modules.ts` in copies of the project, one
 * at a time, and counts those that a test notices. Ends with an error when fewer than 85 of 100 are noticed. With words,
 * only modules with one of these in their path.
 */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { testServer } from "../guards/database";
import { copyTree, removeTree } from "../guards/tree";
import { type Target, targets } from "./modules";
import { apply, type Mutant, mutantsOf } from "./mutants";
import { Runner } from "./runner";

const root = path.resolve(import.meta.dirname, "../..");
const words = process.argv.slice(2);
const chosen = targets.filter(
  ({ module }) => words.length === 0 || words.some((word) => module.includes(word)),
);
const parallel = 2;
const longestMs = 300_000;
const aim = 0.85;

interface Task {
  target: Target;
  source: string;
  mutant: Mutant;
  /** Tests that take longer than this will not end. */
  deadlineMs: number;
}

/** One for each change, except those known to have no effect. */
async function tasksOf(target: Target, runner: Runner): Promise<Task[]> {
  const source = await readFile(path.join(root, target.module), "utf8");
  const isEquivalent = (mutant: Mutant) =>
    lineOf(apply(source, mutant), mutant.line) in (target.equivalent ?? {});
  const mutants = mutantsOf(target.module, source).filter((mutant) => !isEquivalent(mutant));
  const deadlineMs = 20_000 + 5 * (await timeOf(runner, target));
  return mutants.map((mutant) => ({ target, source, mutant, deadlineMs }));
}

function lineOf(source: string, line: number): string {
  return source.split("\n")[line - 1]?.trim() ?? "";
}

/** Take changes from the list until none is left, in one copy. Returns those that no test noticed. */
async function work(runner: Runner, left: Task[]): Promise<Task[]> {
  const missed: Task[] = [];
  for (let task = left.shift(); task; task = left.shift()) {
    const { target, source, mutant, deadlineMs } = task;
    const file = path.join(runner.tree, target.module);
    await writeFile(file, apply(source, mutant));
    const outcome = await runner.run({ tests: target.tests, changed: target.module }, deadlineMs);
    await writeFile(file, source);
    if (outcome === "too long") console.log(`too long ${describe(task)}`);
    else if (outcome.failed) console.log(`noticed  ${describe(task)}\n           by ${outcome.failed}`);
    else {
      missed.push(task);
      console.log(`MISSED   ${describe(task)}`);
    }
  }
  return missed;
}

/** How long the tests of each module take; they must pass while nothing is changed. */
async function timeOf(runner: Runner, target: Target): Promise<number> {
  const started = Date.now();
  const outcome = await runner.run({ tests: target.tests, changed: null }, longestMs);
  const problem = outcome === "too long" ? outcome : outcome.failed;
  if (problem) throw new Error(`without a change, a test of ${target.module} fails: ${problem}`);
  return Date.now() - started;
}

function describe({ target, source, mutant }: Task): string {
  const short = (text: string) => text.replace(/\s+/g, " ").slice(0, 60);
  const at = `${target.module}:${mutant.line}`;
  return `${at}  ${short(mutant.before)} → ${short(mutant.after)}   | ${lineOf(source, mutant.line)}`;
}

function table(of: readonly Target[], all: readonly Task[], missed: readonly Task[]): string {
  const lines = of.map(({ module }) => {
    const own = all.filter(({ target }) => target.module === module).length;
    const noticed = own - missed.filter(({ target }) => target.module === module).length;
    return `${module.padEnd(56)} ${String(noticed).padStart(4)} of ${own}`;
  });
  return lines.join("\n");
}

async function main(folder: string): Promise<boolean> {
  const trees = Array.from({ length: parallel }, (_, at) => path.join(folder, `tree-${at}`));
  await Promise.all(trees.map((tree) => copyTree(root, tree)));
  const server = await testServer(path.join(folder, "database"));
  const runners = trees.map((tree) => new Runner(tree, server.address));
  // The tests end first, and with them everything else.
  const stop = () => {
    for (const runner of runners) runner.stop();
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
  try {
    const all: Task[] = [];
    const missed: Task[] = [];
    for (const target of chosen) {
      const tasks = await tasksOf(target, runners[0] as Runner);
      all.push(...tasks);
      const left = [...tasks];
      missed.push(...(await Promise.all(runners.map((runner) => work(runner, left)))).flat());
      console.log(table([target], all, missed));
    }
    const share = (all.length - missed.length) / all.length;
    console.log(`\n${table(chosen, all, missed)}`);
    console.log(
      `\n${all.length - missed.length} of ${all.length} are noticed: ${(share * 100).toFixed(1)} %`,
    );
    return share >= aim;
  } finally {
    await Promise.all(runners.map((runner) => runner.end()));
    await server.stop();
  }
}

const folder = await mkdtemp(path.join(os.tmpdir(), "slipway-mutations-"));
try {
  process.exitCode = (await main(folder)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await removeTree(folder);
}
