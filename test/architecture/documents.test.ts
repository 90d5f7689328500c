import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "@test/architecture/source";
import { describe, expect, it } from "vitest";

const decisions = readdirSync(path.join(root, "docs/decisions")).map((name) => `docs/decisions/${name}`);
const pages = ["docs/operating.md", "docs/notifications.md"];
const papers = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", ...pages, ...decisions];

/** Files that a paper names in code marks, and targets of its links; patterns and placeholders are not files. */
function namedFiles(text: string): string[] {
  const code = [...text.matchAll(/`((?:src|scripts|prisma|docs|e2e)\/[\w./[\]-]+)`/g)].map(
    (match) => match[1] ?? "",
  );
  const links = [...text.matchAll(/\]\((?!https?:)([\w./-]+)\)/g)].map((match) => match[1] ?? "");
  return [...code, ...links];
}

describe("the documents", () => {
  it.each(papers)("%s names only files that exist", (paper) => {
    const text = readFileSync(path.join(root, paper), "utf8");
    const folders = ["", path.dirname(paper)];
    const missing = namedFiles(text).filter(
      (name) => !folders.some((folder) => existsSync(path.join(root, folder, name))),
    );
    expect(missing).toEqual([]);
  });

  it("the README names every setting, and no other", () => {
    const settings = readFileSync(path.join(root, "src/lib/setting.ts"), "utf8");
    const known = new Set([...settings.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map((match) => match[1]));
    const readme = readFileSync(path.join(root, "README.md"), "utf8");
    const rows = [...readme.matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|/gm)].flatMap(
      (match) => match[1]?.match(/[A-Z_]+/g) ?? [],
    );
    expect([...known].filter((name) => name && !rows.includes(name))).toEqual([]);
    expect(rows.filter((name) => !known.has(name))).toEqual([]);
  });

  it("each decision is short", () => {
    const long = decisions.filter(
      (name) => readFileSync(path.join(root, name), "utf8").split(/\s+/).length > 330,
    );
    expect(long).toEqual([]);
  });
});
