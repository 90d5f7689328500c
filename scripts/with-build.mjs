// `npm run demo` and `npm run bench`: install and build what is missing, then run the named TypeScript program.
import { spawn } from "node:child_process";
import path from "node:path";
import { ensureBuilt } from "./up/built.mjs";
import { ensureInstalled } from "./up/install.mjs";
import { ending } from "./up/problem.mjs";

const root = path.resolve(import.meta.dirname, "..");

await ending(async () => {
  await ensureInstalled(root);
  await ensureBuilt(root);
  const child = spawn(
    process.execPath,
    ["--import", "tsx", path.join(root, process.argv[2]), ...process.argv.slice(3)],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
  // Signals are passed on to the program. It ends cleanly, and its exit code is passed back.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 130)));
});
