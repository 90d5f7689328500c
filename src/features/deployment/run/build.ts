import { mkdir } from "node:fs/promises";
import path from "node:path";
import { sourceFolder } from "@/features/deployment/run/checkout";
import { runCommand } from "@/features/deployment/run/command";
import { assertFolder, findOutput } from "@/features/deployment/run/output";
import { hasRelease } from "@/features/deployment/run/release";
import type { Run, StepEnd } from "@/features/deployment/run/run";
import { sanitizeOutput } from "@/features/deployment/run/sanitize-output";
import { openVariables } from "@/features/deployment/run/variables";
import { childEnv, env } from "@/lib/env";
import { Fault } from "@/lib/fault";

/** Run the build command, if there is one, and have the folder to publish ready. */
export async function build(run: Run): Promise<StepEnd> {
  if (await hasRelease(run)) return "skipped";
  const source = sourceFolder(run);
  const base = await assertFolder(source, run.application.buildPath, "build_path_missing");
  const { buildCommand } = run.application;
  if (buildCommand) await runBuild(run, buildCommand, base);
  const output = await findOutput(run, base);
  const left = await sanitizeOutput(output.folder, source, run.signal);
  if (left.files === 0)
    throw new Fault("invalid_input", { code: "output_empty", params: { path: output.path } });
  run.log.info(`Publishing ${left.files} ${left.files === 1 ? "file" : "files"} of "${output.path}".`);
  if (left.leftOut.length > 0) run.log.info(`Left out of it: ${left.leftOut.join(", ")}.`);
  run.output = output.folder;
  return "succeeded";
}

async function runBuild(run: Run, line: string, cwd: string): Promise<void> {
  const settings = env();
  if (settings.buildCommands !== "host") throw new Fault("invalid_input", { code: "build_commands_off" });
  const variables = openVariables(run.variables);
  run.log.hide(Object.values(variables));
  run.log.info(`$ ${line}`);
  await runCommand({
    line,
    cwd,
    env: { ...(await cleanEnvironment(run.folder)), ...variables },
    seconds: settings.buildTimeout,
    signal: run.signal,
    onLine: (stream, text) => run.log.line(stream, text),
  });
}

/** How to find programs and where to write. Nothing of Slipway's own settings. */
async function cleanEnvironment(folder: string): Promise<Record<string, string>> {
  const [home, temp] = [path.join(folder, "home"), path.join(folder, "temp")];
  await mkdir(home, { recursive: true, mode: 0o700 });
  await mkdir(temp, { recursive: true, mode: 0o700 });
  const { PATH = "/usr/local/bin:/usr/bin:/bin" } = childEnv();
  return { PATH, HOME: home, TMPDIR: temp, CI: "true", LANG: "C.UTF-8" };
}
