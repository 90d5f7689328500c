import { features } from "@/providers/capability";
import type { Scope } from "@/providers/provider";

/** What is used of GitLab's scopes, for tokens of every kind. */
export const scopes: Scope[] = [
  { name: "read_api", why: "Lists repositories, branches and tags.", needs: ["repositories", "branches"] },
  { name: "read_repository", why: "Fetches the code with git.", needs: ["gitRead"] },
  {
    name: "api",
    why: "Makes webhooks, sets the status of commits and comments on merge requests. GitLab has no narrower scope for any of them.",
    needs: [...features],
    optional: true,
  },
];

/** What an authorization asks for: reading, and `api` only where it was entered. An application that lacks it is refused. */
export function askedScope(entered: string | null | undefined): string {
  const isWide = (entered ?? "").split(/[\s,+]+/).includes("api");
  return isWide ? "api read_repository" : "read_api read_repository";
}
