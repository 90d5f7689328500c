import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { deflateSync } from "node:zlib";
import { fullNameOf, type World, type WorldRepository } from "@/providers/simulator/world";

const CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfilemode = true\n";

/** Write every repository of the world as a bare git repository `<root>/<owner>/<name>.git`, with the same commit ids. */
export async function writeRepositories(world: World, root: string): Promise<void> {
  for (const repository of world.repositories) await writeRepository(repository, root);
}

/** Write one repository, or what was added to it since the last time. @returns its folder */
export async function writeRepository(repository: WorldRepository, root: string): Promise<string> {
  const folder = repositoryFolder(repository, root);
  await mkdir(path.join(folder, "refs", "heads"), { recursive: true });
  await mkdir(path.join(folder, "objects"), { recursive: true });
  for (const object of repository.objects.values()) await writeObject(folder, object.sha, object.bytes);
  await writeFile(path.join(folder, "config"), CONFIG);
  // All refs in one file: branch names would otherwise become folders, which some file systems cannot name.
  await writeFile(path.join(folder, "packed-refs"), packedRefs(repository));
  await writeFile(path.join(folder, "HEAD"), `ref: refs/heads/${repository.defaultBranch ?? "main"}\n`);
  return folder;
}

function repositoryFolder(repository: WorldRepository, root: string): string {
  return path.join(root, `${fullNameOf(repository)}.git`);
}

async function writeObject(folder: string, sha: string, bytes: Buffer): Promise<void> {
  const parent = path.join(folder, "objects", sha.slice(0, 2));
  await mkdir(parent, { recursive: true });
  await writeFile(path.join(parent, sha.slice(2)), deflateSync(bytes));
}

function packedRefs(repository: WorldRepository): string {
  const refs = [
    ...[...repository.branches].map(([name, sha]) => [`refs/heads/${name}`, sha]),
    ...[...repository.tags].map(([name, tag]) => [`refs/tags/${name}`, tag.object]),
    ...[...(repository.requestHeads ?? [])].flatMap(([number, sha]) =>
      requestRefs(number).map((name) => [name, sha]),
    ),
  ];
  const sorted = refs.sort(([a = ""], [b = ""]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return sorted.map(([name, sha]) => `${sha} ${name}\n`).join("");
}

/** Every kind of host has its own name for the commits of a request; all of them are served. */
function requestRefs(number: number): string[] {
  return [
    `refs/pull/${number}/head`,
    `refs/merge-requests/${number}/head`,
    `refs/pull-requests/${number}/from`,
  ];
}
