import type { SecretKind } from "@/providers/secret-kind";

/** Tokens that GitLab hands out, by how they begin. Instances may change the one of access tokens. */
export const tokenKinds: SecretKind[] = [
  { prefix: "glpat-", label: "access token" },
  { prefix: "gldt-", label: "deploy token", unfit: true },
  { prefix: "glrt-", label: "runner token", unfit: true },
  { prefix: "glptt-", label: "pipeline trigger token", unfit: true },
  { prefix: "glcbt-", label: "CI job token", unfit: true },
  { prefix: "glft-", label: "feed token", unfit: true },
  { prefix: "glimt-", label: "incoming mail token", unfit: true },
  { prefix: "glagent-", label: "agent token", unfit: true },
  { prefix: "gloas-", label: "OAuth application secret", unfit: true },
  { prefix: "glsoat-", label: "SCIM token", unfit: true },
];
