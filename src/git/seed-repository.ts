/** Builds real repositories from a plain description, the same commit ids every time. For tests, demo and simulated hosts. */
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { git } from "@/git/command";

/** A file's content, or what else git can keep at a path; null deletes it. */
export type SeedFile =
  | string
  | Uint8Array
  | null
  | { executable: string }
  | { link: string }
  | { submodule: string };

export interface SeedCommit {
  message: string;
  files: Record<string, SeedFile>;
  /** The branch that moves to it; the default branch unless given. */
  branch?: string;
  /** Place in `commits` of the parent; the branch's head unless given. */
  from?: number;
  author?: { name: string; email: string };
  /** ISO instant; one minute after the commit before unless given. */
  date?: string;
}

export interface RepositorySeed {
  /** `main` unless given. */
  defaultBranch?: string;
  /** None makes an empty repository. */
  commits: SeedCommit[];
  /** More branches: name to place in `commits`. */
  branches?: Record<string, number>;
  /** Tags: a place in `commits` for a plain one, with a message for an annotated one. */
  tags?: Record<string, number | { commit: number; message: string }>;
  /** How objects are named; `sha1` unless given. */
  objectFormat?: "sha1" | "sha256";
}

const firstDate = Date.parse("2026-01-05T09:00:00Z") / 1000;
const someone = { name: "Robin Example", email: "robin@example.com" };

/**
 * Make a bare repository at the path; what is there is deleted first.
 * @returns the commit ids, in the order of `commits`
 */
export async function seedRepository(folder: string, seed: RepositorySeed): Promise<string[]> {
  const head = seed.defaultBranch ?? "main";
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  const format = `--object-format=${seed.objectFormat ?? "sha1"}`;
  await git(["init", "--quiet", "--bare", "--template=", format, "--", folder], {
    cwd: path.dirname(folder),
  });
  await git(["symbolic-ref", "HEAD", `refs/heads/${head}`], { gitDir: folder });
  if (seed.commits.length === 0) return [];
  return load(folder, stream(seed, head));
}

/** Add commits to a repository that is there; branches continue where they are. */
export async function addCommits(
  folder: string,
  commits: SeedCommit[],
  defaultBranch = "main",
): Promise<string[]> {
  const heads = await git(["for-each-ref", "--format=%(refname:short)", "refs/heads"], { gitDir: folder });
  const continued = new Set(heads.toString("utf8").split("\n").filter(Boolean));
  const count = await git(["rev-list", "--all", "--count"], { gitDir: folder });
  const startsAt = firstDate + 60 * Number(count.toString());
  return load(folder, stream({ commits, defaultBranch }, defaultBranch, { continued, startsAt }));
}

async function load(folder: string, input: Buffer): Promise<string[]> {
  const marks = `${folder}.marks`;
  await git(["fast-import", "--quiet", "--force", `--export-marks=${marks}`], { gitDir: folder, input });
  const text = await readFile(marks, "utf8");
  await rm(marks, { force: true });
  const byMark = new Map(text.split("\n").map((line) => line.split(" ") as [string, string]));
  const ids: string[] = [];
  for (let at = 1; byMark.has(`:${at}`); at++) ids.push(byMark.get(`:${at}`) ?? "");
  return ids;
}

interface Before {
  continued: ReadonlySet<string>;
  startsAt: number;
}

function stream(
  seed: RepositorySeed,
  head: string,
  { continued, startsAt }: Before = { continued: new Set(), startsAt: firstDate },
): Buffer {
  const begun = new Set<string>();
  const commits = seed.commits.flatMap((commit, at) => {
    const branch = commit.branch ?? head;
    const goesOn = !begun.has(branch) && continued.has(branch);
    begun.add(branch);
    return commitLines(commit, { at, branch, startsAt, onto: goesOn ? `refs/heads/${branch}^0` : null });
  });
  const branches = Object.entries(seed.branches ?? {}).map(([name, at]) => reset(`refs/heads/${name}`, at));
  const tags = Object.entries(seed.tags ?? {}).map(([name, tag]) => tagLines(name, tag));
  return Buffer.concat([...commits, ...branches.map(text), ...tags.map(text), text("done\n")]);
}

interface CommitPlace {
  at: number;
  branch: string;
  startsAt: number;
  onto: string | null;
}

function commitLines(commit: SeedCommit, { at, branch, startsAt, onto }: CommitPlace): Buffer[] {
  const when = commit.date ? Math.floor(Date.parse(commit.date) / 1000) : startsAt + at * 60;
  const { name, email } = commit.author ?? someone;
  const from = commit.from === undefined ? onto : `:${commit.from + 1}`;
  return [
    text(`commit refs/heads/${branch}\nmark :${at + 1}\n`),
    text(`author ${name} <${email}> ${when} +0000\ncommitter ${name} <${email}> ${when} +0000\n`),
    ...data(Buffer.from(commit.message)),
    text(from ? `from ${from}\n` : ""),
    ...Object.entries(commit.files).flatMap(([file, content]) => fileLines(file, content)),
    text("\n"),
  ];
}

function fileLines(file: string, content: SeedFile): Buffer[] {
  const name = quoted(file);
  if (content === null) return [text(`D ${name}\n`)];
  if (typeof content === "string") return inline("100644", name, Buffer.from(content));
  if (content instanceof Uint8Array) return inline("100644", name, Buffer.from(content));
  if ("submodule" in content) return [text(`M 160000 ${content.submodule} ${name}\n`)];
  if ("link" in content) return inline("120000", name, Buffer.from(content.link));
  return inline("100755", name, Buffer.from(content.executable));
}

function inline(mode: string, name: string, content: Buffer): Buffer[] {
  return [text(`M ${mode} inline ${name}\n`), ...data(content)];
}

function data(content: Buffer): Buffer[] {
  return [text(`data ${content.length}\n`), content, text("\n")];
}

function quoted(file: string): string {
  return `"${file.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

function reset(ref: string, at: number): string {
  return `reset ${ref}\nfrom :${at + 1}\n\n`;
}

function tagLines(name: string, tag: number | { commit: number; message: string }): string {
  if (typeof tag === "number") return reset(`refs/tags/${name}`, tag);
  const message = Buffer.from(tag.message);
  const tagger = `tagger ${someone.name} <${someone.email}> ${firstDate} +0000`;
  return `tag ${name}\nfrom :${tag.commit + 1}\n${tagger}\ndata ${message.length}\n${tag.message}\n`;
}

function text(value: string): Buffer {
  return Buffer.from(value);
}
