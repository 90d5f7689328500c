import { lstat, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { sourceFolder } from "@/features/deployment/run/checkout";
import type { Run } from "@/features/deployment/run/run";
import { Fault } from "@/lib/fault";

/** Where builds commonly leave their result, for an application that does not say. */
const usual = ["dist", "build", "out", "_site", "public"];

/** The folder to publish, and its path as people know it. */
export interface Output {
  folder: string;
  path: string;
}

/**
 * The folder below `base` that is published. Links are followed, and must not lead out of the repository.
 * @throws Fault `invalid_input` reason `output_missing` | `output_escapes` | `output_not_folder`
 */
export async function findOutput(run: Run, base: string): Promise<Output> {
  const { outputDirectory, buildCommand, buildPath } = run.application;
  const chosen = outputDirectory ?? (buildCommand ? await usualOutput(base) : "");
  const shown = path.posix.join("/", buildPath, chosen).slice(1) || "/";
  return {
    folder: await assertFolder(
      sourceFolder(run),
      path.relative(sourceFolder(run), path.join(base, chosen)),
      "output_missing",
    ),
    path: shown,
  };
}

async function usualOutput(base: string): Promise<string> {
  for (const name of usual) {
    const found = await stat(path.join(base, name)).catch(() => null); // absent, or a link to nowhere
    if (found?.isDirectory()) return name;
  }
  return "";
}

/** The real path of a folder inside `root`. @throws Fault with `missing`, `output_escapes` or `output_not_folder` */
export async function assertFolder(root: string, relative: string, missing: string): Promise<string> {
  const params = { path: relative || "/" };
  const inside = await realpath(root);
  const real = await realpath(path.join(inside, relative)).catch((cause: unknown) => {
    throw new Fault("invalid_input", { code: missing, params }, { cause });
  });
  if (!isInside(inside, real)) throw new Fault("invalid_input", { code: "output_escapes", params });
  if (!(await lstat(real)).isDirectory()) {
    throw new Fault("invalid_input", { code: "output_not_folder", params });
  }
  return real;
}

export function isInside(root: string, file: string): boolean {
  return file === root || file.startsWith(root + path.sep);
}
