import type { Scope } from "@/providers/provider";
/** What every way to sign in needs, in the words of Gitea. */
export const scopes: Scope[] = [
  {
    name: "read:repository",
    why: "Lists repositories, branches and tags, and fetches the code.",
    needs: ["repositories", "branches", "gitRead"],
  },
  {
    name: "read:user",
    why: "Shows whose token this is and lists what belongs to it.",
    needs: [],
    optional: true,
  },
  {
    name: "read:organization",
    why: "Lists organizations and what is in them.",
    needs: [],
    optional: true,
  },
  {
    name: "write:repository",
    why: "For push to deploy: makes the webhooks, and reports deployments on commits.",
    needs: ["webhooks", "commitStatus"],
    optional: true,
  },
  {
    name: "write:issue",
    why: "For previews: keeps one comment with their address on a pull request.",
    needs: ["pullRequests"],
    optional: true,
  },
];

/** What an authorization asks for when nobody chose: reading. */
const usual = ["read:repository", "read:user", "read:organization"];

/**
 * The scopes that are ever asked for. An unknown one makes Gitea give everything, and so would `all`; the others are
 * of no use here.
 */
const known = [
  ...["repository", "user", "organization", "issue", "package", "misc"].flatMap((one) => [
    `read:${one}`,
    `write:${one}`,
  ]),
  "public-only",
];

/** GitHub's names, as people know them, and what is used of them here. */
const ofGithub: Record<string, string> = {
  repo: "read:repository",
  "repo:status": "read:repository",
  repo_deployment: "read:repository",
  public_repo: "read:repository",
  "admin:repo_hook": "read:repository",
  "write:repo_hook": "read:repository",
  "read:repo_hook": "read:repository",
  user: "read:user",
  "user:email": "read:user",
  "admin:org": "read:organization",
  "write:org": "read:organization",
  "read:org": "read:organization",
};

export interface AskedScopes {
  /** What is sent: known names only, never none. */
  asked: string[];
  /** What was entered in GitHub's names. */
  mapped: string[];
  /** What was entered and is not asked for. */
  left: string[];
}

/** Read the scopes that were entered, set apart by commas, spaces or plus signs. */
export function askedScopes(entered: string | null | undefined): AskedScopes {
  const names = [...new Set((entered ?? "").split(/[\s,+]+/).filter(Boolean))];
  const isMapped = (name: string) => Object.hasOwn(ofGithub, name);
  const wanted = names.flatMap((name) => (isMapped(name) ? (ofGithub[name] ?? []) : name));
  const asked = [...new Set(wanted)].filter((name) => known.includes(name));
  // Alone it would be no access at all, and Gitea takes it for everything.
  const isEnough = asked.some((name) => name !== "public-only");
  return {
    asked: isEnough ? asked.filter((name) => !isIncluded(name, asked)) : [...usual, ...asked],
    mapped: names.filter(isMapped),
    left: names.filter((name) => !isMapped(name) && !known.includes(name)),
  };
}

function isIncluded(name: string, all: string[]): boolean {
  return name.startsWith("read:") && all.includes(name.replace("read:", "write:"));
}
