import { createHash } from "node:crypto";

/** A git object as it is hashed and stored: `<kind> <size>\0<body>`. */
export interface GitObject {
  sha: string;
  bytes: Buffer;
}

/** Text files by path: `{"public/index.html": "…"}`. */
export type Files = Record<string, string>;

export interface Signature {
  name: string;
  email: string;
  /** Unix seconds. */
  at: number;
}

export interface CommitInput {
  files: Files;
  parents: string[];
  author: Signature;
  message: string;
}

/** The commit and everything it needs, the commit last. The same input always gives the same ids. */
export function commitObjects(input: CommitInput): GitObject[] {
  const objects: GitObject[] = [];
  const tree = writeTree(input.files, objects);
  const lines = [
    `tree ${tree}`,
    ...input.parents.map((parent) => `parent ${parent}`),
    `author ${signed(input.author)}`,
    `committer ${signed(input.author)}`,
  ];
  objects.push(objectOf("commit", `${lines.join("\n")}\n\n${input.message}\n`));
  return objects;
}

/** An annotated tag. */
export function tagObject(name: string, commit: string, tagger: Signature): GitObject {
  const head = `object ${commit}\ntype commit\ntag ${name}\ntagger ${signed(tagger)}`;
  return objectOf("tag", `${head}\n\nVersion ${name}\n`);
}

function writeTree(files: Files, objects: GitObject[]): string {
  const entries = [...childrenOf(files)].map(([name, child]) => {
    if (typeof child !== "string")
      return { mode: "40000", name, key: `${name}/`, sha: writeTree(child, objects) };
    const blob = objectOf("blob", child);
    objects.push(blob);
    return { mode: "100644", name, key: name, sha: blob.sha };
  });
  // Git orders a folder as if its name ended in a slash.
  entries.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  const rows = entries.map((e) =>
    Buffer.concat([Buffer.from(`${e.mode} ${e.name}\0`), Buffer.from(e.sha, "hex")]),
  );
  const tree = objectOf("tree", Buffer.concat(rows));
  objects.push(tree);
  return tree.sha;
}

function childrenOf(files: Files): Map<string, string | Files> {
  const children = new Map<string, string | Files>();
  for (const [path, text] of Object.entries(files)) {
    const [name = "", ...rest] = path.split("/");
    if (rest.length === 0) children.set(name, text);
    else children.set(name, { ...(children.get(name) as Files | undefined), [rest.join("/")]: text });
  }
  return children;
}

function objectOf(kind: string, body: string | Buffer): GitObject {
  const content = Buffer.from(body);
  const bytes = Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content]);
  return { sha: createHash("sha1").update(bytes).digest("hex"), bytes };
}

function signed(by: Signature): string {
  return `${by.name} <${by.email}> ${by.at} +0000`;
}
