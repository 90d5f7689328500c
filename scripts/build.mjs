// `npm run build`: the Prisma client, the app (.next) and the programs that serve it (dist).
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { ending, Problem } from "./up/problem.mjs";
import { hashSources, markBuilt, unmarkBuilt } from "./up/sources.mjs";

const root = path.resolve(import.meta.dirname, "..");
const programs = ["main", "worker", "command", "render-docs"];
const quiet = { PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1", NEXT_TELEMETRY_DISABLED: "1" };

function run(name, script, args, env = {}) {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, env: { ...process.env, ...quiet, ...env }, stdio: "inherit" };
    const child = spawn(process.execPath, [path.join(root, script), ...args], options);
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Problem(`${name} ended with ${code}; see above.`));
    });
  });
}

/** Shared chunks, so that each module is there once however many programs import it. */
async function bundlePrograms() {
  const { build } = await import("esbuild");
  const entryPoints = programs.map((name) => path.join(root, "src/server", `${name}.ts`)).filter(existsSync);
  await build({
    entryPoints,
    outdir: path.join(root, "dist"),
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunk/[name]-[hash]",
    sourcemap: true,
    logLevel: "warning",
  });
}

await ending(async () => {
  const hash = hashSources(root);
  unmarkBuilt(root);
  const production = { NODE_ENV: "production" };
  await run("prisma generate", "node_modules/prisma/build/index.js", ["generate"]);
  await Promise.all([
    run("next build", "node_modules/next/dist/bin/next", ["build"], production),
    bundlePrograms(),
  ]);
  await run("rendering the API reference", "dist/render-docs.mjs", [], production);
  markBuilt(root, hash);
});
