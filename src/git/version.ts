import { git } from "@/git/command";
import { Fault } from "@/lib/fault";

/** `http.curloptResolve` and `safe.bareRepository` came with 2.37 and 2.38; without them a clone is not safe. */
const oldest = [2, 38] as const;

/**
 * Make sure at start that git is there and new enough, rather than at the first deployment.
 * @throws Fault `unavailable` reason `git_missing`, `unsupported` reason `git_too_old`
 */
export async function requireGit(): Promise<void> {
  const text = (await git(["--version"], { deadlineMs: 10_000 })).toString().trim();
  const [major = 0, minor = 0] = text.match(/\d+/g)?.map(Number) ?? [];
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new Fault("unsupported", {
    code: "git_too_old",
    params: { version: text, needed: oldest.join(".") },
  });
}
