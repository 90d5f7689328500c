import { z } from "zod";
import { features } from "@/providers/capability";

/** What is checked, in the order of the report. */
export const checkIds = [
  "address",
  "dns",
  "tls",
  "reachable",
  "clock",
  "credential",
  "expiry",
  "account",
  "scopes",
  "organization",
  "repositories",
  "branches",
  "gitRead",
  ...features,
] as const;
export type CheckId = (typeof checkIds)[number];

export const checkLabels: Record<CheckId, string> = {
  address: "Address",
  dns: "Name look-up",
  tls: "Certificate",
  reachable: "Host",
  clock: "Clock",
  credential: "Credential",
  expiry: "Expiry",
  account: "Account",
  scopes: "Scopes",
  organization: "Organization",
  repositories: "Repositories",
  branches: "Branches",
  gitRead: "Fetch with git",
  webhooks: "Webhooks",
  commitStatus: "Commit status",
  pullRequests: "Pull requests",
};

export const Check = z.object({
  id: z.enum(checkIds),
  label: z.string(),
  status: z.enum(["pass", "warn", "fail", "skip"]),
  /** What was tried and what came back. */
  detail: z.string(),
  /** How to fix it, with the page on the host for that, and the page of Slipway where it is entered. */
  fix: z
    .object({
      text: z.string(),
      url: z.string().optional(),
      page: z.object({ label: z.string(), url: z.string() }).optional(),
    })
    .optional(),
});
export type Check = z.infer<typeof Check>;

/** What a connection test found. `ok` when no check failed; every check is there, in the order of `checkIds`. */
export const Report = z.object({
  ok: z.boolean(),
  /** One or two sentences for a person. */
  summary: z.string(),
  account: z.object({ name: z.string(), url: z.string().optional() }).optional(),
  repositoryCount: z.number().int().optional(),
  scopes: z.array(z.string()).optional(),
  missingScopes: z.array(z.string()).optional(),
  /** An ISO instant or day; absent when it never ends or is not known. */
  expiresAt: z.string().optional(),
  /** The host says that credentials of this kind do not end. */
  neverExpires: z.boolean().optional(),
  /** The host refused the credential itself, whatever was asked for. */
  credentialRefused: z.boolean().optional(),
  /** It refused the account behind it: another credential of that account would be refused too. */
  accountBlocked: z.boolean().optional(),
  rateLimit: z.object({ limit: z.number(), remaining: z.number(), resetsAt: z.string() }).optional(),
  checks: z.array(Check),
});
export type Report = z.infer<typeof Report>;
