import type { SecretKind } from "@/providers/secret-kind";

/** Tokens that GitHub hands out, by how they begin. */
export const tokenKinds: SecretKind[] = [
  { prefix: "github_pat_", label: "fine-grained access token" },
  { prefix: "ghp_", label: "classic access token" },
  { prefix: "gho_", label: "token of an OAuth app" },
  { prefix: "ghu_", label: "user token of a GitHub App" },
  { prefix: "ghs_", label: "short-lived installation token", unfit: true },
  { prefix: "ghr_", label: "refresh token", unfit: true },
];
