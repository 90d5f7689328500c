import { longestSlug, slugOf } from "@/lib/slug";
import { uniqueName } from "@/lib/unique-name";

/** A name for the preview of a branch, which is also a part of its address: `feature/Login form` is `feature-login-form`. */
export function branchPreviewName(branch: string, taken: ReadonlySet<string>): string {
  const slug = slugOf(branch, "branch");
  // `pr-7` is the name of the preview of request 7, also while there is none.
  const name = /^pr-\d+$/.test(slug) ? `branch-${slug}` : slug;
  return uniqueName(name, taken, { separator: "-", maxLength: longestSlug });
}
