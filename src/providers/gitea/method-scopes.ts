import type { Scope } from "@/providers/provider";

/** What every way to sign in needs, in the words of Gitea. */
export const scopes: Scope[] = [
  {
    name: "read:repository",
    why: "Lists repositories, branches and tags, and fetches the code.",
    needs: ["repositories", "branches", "gitRead"],
  },
  { name: "read:user", why: "Shows whose token this is and lists what belongs to it.", needs: [] },
  { name: "read:organization", why: "Lists organizations and what is in them.", needs: [] },
  {
    name: "write:repository",
    why: "Creates webhooks and reports deployments on commits. It includes read:repository.",
    needs: ["webhooks", "commitStatus"],
    optional: true,
  },
];
