import { git } from "@/git/command";
import type { Commit } from "@/git/nouns";
import { plainText } from "@/lib/redact";

/** Subject, author and date of a commit that is in the mirror. `url` is null: git knows no pages. */
export async function commitInfo(gitDir: string, sha: string, signal?: AbortSignal): Promise<Commit> {
  const args = [
    "log",
    "-1",
    "--no-show-signature",
    "--no-color",
    "--encoding=UTF-8",
    "--format=%H%x00%s%x00%an%x00%cI",
    "--end-of-options",
    sha,
    "--",
  ];
  const output = await git(args, { gitDir, signal, maxBytes: 4_000_000 });
  const [id = "", subject = "", author = "", committedAt = ""] = output
    .toString("utf8")
    .replace(/\n$/, "")
    .split("\0");
  return {
    sha: id,
    subject: plainText(subject).slice(0, 500),
    author: plainText(author).slice(0, 200),
    committedAt: instant(committedAt),
    url: null,
  };
}

/** A commit may carry a date no calendar has. */
function instant(text: string): string {
  const at = Date.parse(text);
  return new Date(Number.isNaN(at) ? 0 : at).toISOString();
}
