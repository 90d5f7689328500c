// `npm start`, `npm run worker`, `npm run user`: one of the built programs, in this process.
import { existsSync } from "node:fs";
import module from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [name] = process.argv.splice(2, 1);
if (name !== "command") for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stopEarly);

/** While the program is loaded, nothing has been started yet. Later it has a handler of its own, which stops in order. */
function stopEarly(signal) {
  if (process.listenerCount(signal) > 1) return;
  process.stderr.write("\nStopped before the start.\n");
  process.exit(0);
}

// From Node.js 22 on: compiled code is kept beside the build, and a later start takes it from there.
module.enableCompileCache?.(path.resolve(import.meta.dirname, "../dist/compiled"));
const program = path.resolve(import.meta.dirname, "../dist", `${name}.mjs`);

if (existsSync(program) && existsSync(path.resolve(import.meta.dirname, "../dist/built-from"))) {
  await import(pathToFileURL(program).href);
} else {
  console.error(
    "✗ There is no finished build here. Run npm ci and npm run build first; npm run up does all of it.",
  );
  process.exitCode = 1;
}
