import type { SecretKind } from "@/providers/secret-kind";

/** The kinds of Bitbucket credential by their prefix. Each has its own auth method. */
const kinds: SecretKind[] = [
  { prefix: "ATATT", label: "API token" },
  { prefix: "ATCTT", label: "repository, project or workspace access token" },
  { prefix: "ATBB", label: "app password" },
];

/** All of them, of which one fits. */
export function kindsFor(prefix: string): SecretKind[] {
  return kinds.map((kind) => (kind.prefix === prefix ? kind : { ...kind, unfit: true }));
}
