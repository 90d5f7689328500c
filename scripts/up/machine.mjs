import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { Problem } from "./problem.mjs";

/** Fails unless files can be made in `folder`. Tried for real: a read-only mount does not show in the rights. */
export function requireWritable(folder) {
  const probe = path.join(folder, `.slipway-probe-${process.pid}`);
  try {
    make(folder);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw new Problem(
      `The folder ${folder} cannot be written to (${error.code}). Use a folder that is yours and not read-only.`,
    );
  }
}

/** Step by step: Node's own `recursive` never returns where a folder cannot be made although its parent is there. */
function make(folder) {
  if (existsSync(folder)) return;
  make(path.dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** Fails unless the disk of `folder` has that many bytes left for us. */
export function requireSpace(folder, bytes, free = freeBytes(folder)) {
  if (free >= bytes) return;
  const [has, needs] = [free, bytes].map((value) => `${(value / 1e9).toFixed(1)} GB`);
  throw new Problem(
    `The disk of ${folder} is too full: ${has} are free and ${needs} are needed. Make room and run npm run up again.`,
  );
}

function freeBytes(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Fails unless the port can be taken. A wrong value is left to the program itself, which names every setting. */
export async function requirePort(port, host) {
  if (!Number.isInteger(port) || port < 1 || port > 65535) return;
  const code = await tryPort(port, host);
  if (code === "EADDRINUSE") {
    throw new Problem(
      `Port ${port} is in use. Stop the program that has it, or choose another: PORT=${nextPort(port)} npm run up`,
    );
  }
  if (code)
    throw new Problem(`Cannot listen on ${host}:${port} (${code}). Choose other values for HOST and PORT.`);
}

function nextPort(port) {
  return port < 65535 ? port + 1 : 3001;
}

function tryPort(port, host) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error) => resolve(error.code));
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
}
