import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { countOf, type Guard } from "./guard";

/** Generated files, which the tests of a copy generate themselves. */
const left = new Set(["node_modules", ".git", ".next", ".slipway", "dist", "test-results", ".slipway-test"]);

/**
 * A copy of the project to take guards out of, with the packages of the real one. The files are copies and no links,
 * so that nothing written on either side shows on the other.
 */
export async function copyTree(root: string, into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  const filter = (from: string) => path.dirname(from) !== root || !left.has(path.basename(from));
  await cp(root, into, { recursive: true, filter });
  await symlink(path.join(root, "node_modules"), path.join(into, "node_modules"), "dir");
}

/** Do `work` while a copy lacks one guard. @throws Error when its text is not there exactly once */
export async function withoutGuard<T>(tree: string, guard: Guard, work: () => Promise<T>): Promise<T> {
  const file = path.join(tree, guard.file);
  const source = await readFile(file, "utf8");
  if (countOf(guard, source) !== 1) throw new Error(`its text is not found exactly once in ${guard.file}`);
  await writeFile(
    file,
    source.replace(guard.text, () => guard.without),
  );
  try {
    return await work();
  } finally {
    await writeFile(file, source);
  }
}

export async function removeTree(tree: string): Promise<void> {
  await rm(tree, { recursive: true, force: true, maxRetries: 3 });
}
