import { spawn } from "node:child_process";

/**
 * Run a command and print its lines, each after the name of the step: steps that run side by side stay readable.
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd: string, env?: Record<string, string>}} options
 * @returns {Promise<{name: string, ok: boolean, seconds: number}>}
 */
export async function runStep(name, command, args, { cwd, env = {} }) {
  const started = Date.now();
  const child = spawn(command, args, {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  for (const stream of [child.stdout, child.stderr]) printLines(stream, name);
  const ok = await new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`${name} | ${error.message}`);
      resolve(false);
    });
    child.once("close", (code) => resolve(code === 0));
  });
  const seconds = (Date.now() - started) / 1000;
  console.log(`${name} | ${ok ? "ok" : "failed"} in ${seconds.toFixed(1)} s`);
  return { name, ok, seconds };
}

function printLines(stream, name) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) console.log(`${name} | ${line}`);
  });
  stream.on("end", () => {
    if (rest) console.log(`${name} | ${rest}`);
  });
}
