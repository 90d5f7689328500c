import type { Scope } from "@/providers/provider";

/** What is used of GitLab's scopes, for tokens of every kind. */
export const scopes: Scope[] = [
  { name: "read_api", why: "Lists repositories, branches and tags.", needs: ["repositories", "branches"] },
  { name: "read_repository", why: "Fetches the code with git.", needs: ["gitRead"] },
];
