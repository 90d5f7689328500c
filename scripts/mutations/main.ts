/**
 * `npm run test:mutations [-- words]`: makes small changes to the modules of `modules.ts` in copies of the project, one
 * at a time, and counts those that a test notices. Ends with an error when fewer than 85 of 100 are noticed. With words,
 * only modules with these in their path.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { testServer } from "../guards/database";
import { copyTree, removeTree } from "../guards/tree";
import { type Target, targets } from "./modules";
import { apply, type Mutant, mutantsOf } from "./mutants";

const root = path.resolve(import.meta.dirname, "../..");
const words = process.argv.slice(2);
const chosen = targets.filter(({ module }) => words.every((word) => module.includes(word)));
const parallel = 2;
const deadlineMs = 180_000;
const aim = 0.85;

interface Task {
  target: Target;
  source: string;
  mutant: Mutant;
}

/** One for each change, except those known to have no effect. */
async function tasks(): Promise<Task[]> {
  const lists = chosen.map(async (target) => {
    const source = await readFile(path.join(root, target.module), "utf8");
    const isEquivalent = (mutant: Mutant) =>
      lineOf(apply(source, mutant), mutant.line) in (target.equivalent ?? {});
    const mutants = mutantsOf(target.module, source).filter((mutant) => !isEquivalent(mutant));
    return mutants.map((mutant) => ({ target, source, mutant }));
  });
  return (await Promise.all(lists)).flat();
}

function lineOf(source: string, line: number): string {
  return source.split("\n")[line - 1]?.trim() ?? "";
}

/** Whether all tests pass. A run that times out counts as failed: the change made something endless. */
async function passes(tree: string, tests: readonly string[], server: string): Promise<boolean> {
  const vitest = path.join(tree, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", ...tests, "--bail=1", "--maxWorkers=1", "--reporter=dot", "--silent"];
  const env = { ...process.env, TEST_DATABASE_URL: server };
  const child = spawn(process.execPath, args, { cwd: tree, env, stdio: "ignore", detached: true });
  // A group of its own: what a test has started ends with it.
  const timer = setTimeout(() => child.pid && process.kill(-child.pid, "SIGKILL"), deadlineMs);
  const [code] = await once(child, "exit");
  clearTimeout(timer);
  return code === 0;
}

/** Take changes from the list until none is left, in one copy. Returns those that no test noticed. */
async function work(tree: string, server: string, left: Task[]): Promise<Task[]> {
  const missed: Task[] = [];
  for (let task = left.shift(); task; task = left.shift()) {
    const { target, source, mutant } = task;
    const file = path.join(tree, target.module);
    await writeFile(file, apply(source, mutant));
    if (await passes(tree, target.tests, server)) {
      missed.push(task);
      console.log(`missed   ${describe(task)}`);
    }
    await writeFile(file, source);
  }
  return missed;
}

function describe({ target, source, mutant }: Task): string {
  const short = (text: string) => text.replace(/\s+/g, " ").slice(0, 60);
  const at = `${target.module}:${mutant.line}`;
  return `${at}  ${short(mutant.before)} → ${short(mutant.after)}   | ${lineOf(source, mutant.line)}`;
}

function table(all: readonly Task[], missed: readonly Task[]): string {
  const lines = chosen.map(({ module }) => {
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
  try {
    const all = await tasks();
    const tests = [...new Set(chosen.flatMap((target) => target.tests))];
    console.log(`${all.length} changes of ${chosen.length} modules. First their tests without any change …`);
    if (!(await passes(trees[0] ?? "", tests, server.address)))
      throw new Error("the tests fail without a change");
    const left = [...all];
    const missed = (await Promise.all(trees.map((tree) => work(tree, server.address, left)))).flat();
    const share = (all.length - missed.length) / all.length;
    console.log(`\n${table(all, missed)}`);
    console.log(
      `\n${all.length - missed.length} of ${all.length} are noticed: ${(share * 100).toFixed(1)} %`,
    );
    return share >= aim;
  } finally {
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
