import type { SecretKind } from "@/providers/secret-kind";

/** Credentials that Bitbucket hands out, by how they begin. Each has a method of its own. */
const kinds: SecretKind[] = [
  { prefix: "ATATT", label: "API token" },
  { prefix: "ATCTT", label: "repository, project or workspace access token" },
  { prefix: "ATBB", label: "app password" },
];

/** All of them, of which one fits. */
export function kindsFor(prefix: string): SecretKind[] {
  return kinds.map((kind) => (kind.prefix === prefix ? kind : { ...kind, unfit: true }));
}
