import { z } from "zod";

/** Git keeps a ref in a file of that name beside a `.lock`; longer ones cannot be stored everywhere. */
const maxBytes = 244;

/**
 * Whether git takes this as the short name of a branch or a tag. Unusual characters are fine: a name is never put
 * in a shell.
 */
export function isRefName(name: string): boolean {
  if (name === "" || name === "HEAD" || Buffer.byteLength(name) > maxBytes) return false;
  // "refs/heads/x" would be the branch refs/heads/refs/heads/x: always a mistake.
  if (name.startsWith("-") || name.startsWith("refs/")) return false;
  if (/[\p{Cc}\p{Cs} ~^:?*[\\]/u.test(asciiControls(name))) return false;
  if (name.includes("..") || name.includes("@{") || name.endsWith(".")) return false;
  return name.split("/").every(isComponent);
}

/** Only the ASCII controls are forbidden; those above (U+0080 to U+009F) are letters to git. */
function asciiControls(name: string): string {
  return name.replace(/[\u0080-\u009f]/g, "x");
}

function isComponent(part: string): boolean {
  return part !== "" && !part.startsWith(".") && !part.endsWith(".lock");
}

/** Short name of a branch or a tag, such as `main` or `feature/a#1`. */
export const RefName = z
  .string()
  .max(maxBytes)
  .refine(
    isRefName,
    "This is not a name git allows. Leave out refs/heads/, spaces and the signs ~ ^ : ? * [ \\ .",
  );

const commitId = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Whether the text is a full commit id in lower case. */
export function isCommitId(text: string): boolean {
  return commitId.test(text);
}

/** A full commit id as it is, and the full name of any other branch: `refs/heads/main`. */
export function branchOrCommit(text: string): string {
  return isCommitId(text) ? text : `refs/heads/${text}`;
}
