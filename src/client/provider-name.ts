import type { GitProvider } from "@/features/git-provider/contract";

/** The name without the suffix in brackets that tells dedicated providers of one repository apart. */
export function nameOfProvider({ name, visibility }: Pick<GitProvider, "name" | "visibility">): string {
  return visibility === "application" ? name.replace(/ \([a-z0-9]{8}\)$/, "") : name;
}
