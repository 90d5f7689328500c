import { mkdir } from "node:fs/promises";
import path from "node:path";
import { db } from "@/db/client";
import { retryOnDatabaseOutage } from "@/db/outage";
import { buildEnvironment } from "@/features/deployment/run/build-environment";
import { sourceFolder } from "@/features/deployment/run/checkout";
import { runCommand } from "@/features/deployment/run/command";
import { assertFolder, findOutput, indexPages, type Output } from "@/features/deployment/run/output";
import { hasRelease } from "@/features/deployment/run/release";
import type { Run, StepEnd } from "@/features/deployment/run/run";
import { sanitizeOutput } from "@/features/deployment/run/sanitize-output";
import { openVariables } from "@/features/deployment/run/variables";
import { copyRelease } from "@/features/site/copy-release";
import { releaseFolder } from "@/features/site/folder";
import { type Manifest, readManifest } from "@/features/site/manifest";
import { someOf } from "@/features/site/warning";
import { writeRelease } from "@/features/site/write-release";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";

/** Run the build command, if there is one, and have a whole release ready in the scratch space. */
export async function build(run: Run): Promise<StepEnd> {
  if (await hasRelease(run)) return "skipped";
  if (run.promotedRelease) return promote(run, run.promotedRelease);
  const source = sourceFolder(run);
  const base = await assertFolder(source, run.application.buildPath, "build_path_missing");
  const { buildCommand } = run.application;
  const before = buildCommand ? await indexPages(base) : new Map<string, string>();
  if (buildCommand) await runBuild(run, buildCommand, base);
  await prepareRelease(run, await findOutput(run, base, before));
  return "succeeded";
}

/** The very files that the other environment serves: what a build made with its variables is not made again. */
async function promote(run: Run, release: string): Promise<StepEnd> {
  const folder = path.join(run.folder, "release");
  await copyRelease(release, folder, run.signal);
  run.output = folder;
  return "skipped";
}

async function prepareRelease(run: Run, output: Output): Promise<void> {
  const { log, signal, warnings } = run;
  const { files, leftOut, unreadable } = await sanitizeOutput(output.folder, sourceFolder(run), signal);
  if (files.length === 0) {
    throw new Fault("invalid_input", { code: "output_empty", params: { path: output.path } });
  }
  log.info(`Publishing ${files.length} ${files.length === 1 ? "file" : "files"} of "${output.path}".`);
  if (leftOut.length > 0) log.info(`Left out of it: ${leftOut.join(", ")}.`);
  if (unreadable.length > 0)
    warnings.push({ code: "names_unreadable", params: { files: someOf(unreadable) } });
  const folder = path.join(run.folder, "release");
  await writeRelease({ folder, files, warnings, previous: await servedManifest(run), signal });
  run.output = folder;
}

/** The manifest of the served release, to see which names change with their content. */
async function servedManifest({ lease }: Run): Promise<Manifest | null> {
  const { environmentId } = lease;
  const row = await retryOnDatabaseOutage(() =>
    db().environment.findUnique({
      where: { environmentId },
      select: { current: { select: { deploymentId: true, rollbackOfId: true } } },
    }),
  );
  const releaseId = row?.current?.rollbackOfId ?? row?.current?.deploymentId;
  return releaseId ? readManifest(releaseFolder(environmentId, releaseId)) : null;
}

/** @throws Fault `invalid_input` reason `build_commands_off`, or as `runCommand` */
async function runBuild(run: Run, line: string, cwd: string): Promise<void> {
  const settings = env();
  if (settings.buildCommands !== "host") throw new Fault("invalid_input", { code: "build_commands_off" });
  const variables = openVariables(run.variables);
  run.log.hide(Object.values(variables));
  run.log.info(`$ ${line}`);
  const folders = await writableFolders(run.folder);
  await runCommand({
    line,
    cwd,
    env: buildEnvironment(run, folders, variables),
    home: folders.home,
    seconds: settings.buildTimeout,
    signal: run.signal,
    onLine: (stream, text) => run.log.line(stream, text),
  });
}

async function writableFolders(folder: string): Promise<{ home: string; temp: string }> {
  const [home, temp] = [path.join(folder, "home"), path.join(folder, "temp")];
  await mkdir(home, { recursive: true, mode: 0o700 });
  await mkdir(temp, { recursive: true, mode: 0o700 });
  return { home, temp };
}
