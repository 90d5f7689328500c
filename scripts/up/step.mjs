import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Problem } from "./problem.mjs";

const children = new Set();
process.on("exit", () => {
  for (const child of children) child.kill("SIGTERM");
});
/** A signal to this process must also end npm or the build that it started. */
const signals = { SIGINT: 130, SIGTERM: 143 };

/**
 * Run one program as a step of a longer command: a line when it begins, a line with its time when it ends. What it
 * prints goes to a file of `dist/logs`; on failure its own reason is shown in one line.
 * @param {{root: string, name: string, title: string, command: string, args: string[], env?: Record<string, string>}} step
 */
export async function step({ root, name, title, command, args, env = {} }) {
  const folder = path.join(root, "dist", "logs");
  mkdirSync(folder, { recursive: true });
  const log = path.join(folder, `${name}.log`);
  const ticker = begin(title);
  const release = endOnSignal();
  const code = await run({ root, command, args, env, log }).finally(release);
  ticker.end(code === 0);
  if (code === 0) return;
  const reason = reasonIn(readFileSync(log, "utf8")) || `it ended with ${code}`;
  throw new Problem(`${title} failed: ${reason} (everything it printed: ${path.relative(root, log)})`);
}

function endOnSignal() {
  const ends = Object.entries(signals).map(([name, code]) => [name, () => process.exit(code)]);
  for (const [name, end] of ends) process.on(name, end);
  return () => {
    for (const [name, end] of ends) process.off(name, end);
  };
}

function run({ root, command, args, env, log }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const file = createWriteStream(log);
    children.add(child);
    child.stdout.pipe(file, { end: false });
    child.stderr.pipe(file, { end: false });
    child.once("error", (error) => file.end(`${error.message}\n`, () => resolve(error.code)));
    child.once("close", (code, signal) => {
      children.delete(child);
      file.end(() => resolve(code ?? signal));
    });
  });
}

/** On a terminal the line counts the seconds; in a log there is one line at each end. */
function begin(title) {
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  const live = process.stdout.isTTY;
  process.stdout.write(live ? `  ${title} …` : `  ${title} …\n`);
  const timer = live && setInterval(() => process.stdout.write(`\r  ${title} … ${seconds()}`), 500);
  return {
    end(ok) {
      clearInterval(timer);
      process.stdout.write(`${live ? "\r\x1b[K" : ""}${ok ? "✓" : "✗"} ${title} (${seconds()})\n`);
    },
  };
}

const colour = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
const empty = /^(npm (err!|error)\s*)?(code|errno|syscall|path|a complete log|at )|^\s*$/i;

/** The first line that reads like a reason, else the last one. */
function reasonIn(text) {
  const lines = text
    .replace(colour, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => !empty.test(line));
  const telling = lines.find((line) => /^(npm (err!|error)|error|.*error:|✘|⨯|failed)/i.test(line));
  return (telling ?? lines.at(-1) ?? "").replace(/^npm (err!|error)\s*/i, "").slice(0, 300);
}
