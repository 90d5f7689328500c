import { z } from "zod";
import { PreviewRules, PreviewRulesInput } from "@/features/application/preview-contract";
import { Environment } from "@/features/environment/contract";
import { Repository } from "@/git/nouns";
import { RefName } from "@/git/ref-name";
import { Id, Instant, Name, optional, otherwise, PageQuery, pageOf } from "@/lib/shape";

export const buildTypes = ["static"] as const;

/** Host labels that people take for the app itself, its mail or its name servers: no site may be found under them. */
export const reservedSlugs: ReadonlySet<string> = new Set(
  `www admin administrator api app auth account accounts login logout sign-in sign-up sign-out signin signup setup
  dashboard console slipway localhost local internal status health metrics support help billing security abuse root
  mail email smtp imap pop pop3 webmail mx ftp sftp ssh vpn ns ns1 ns2 dns cdn static assets wpad autoconfig autodiscover
  isatap hostmaster postmaster webmaster noreply sites o`
    .split(/\s+/)
    .filter(Boolean),
);

/** Host name label of the published site. `--` is kept for environments. */
export const Slug = z
  .string()
  .trim()
  .regex(/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/, "Lower-case letters, digits and dashes, at most 30.")
  .refine((slug) => !slug.includes("--"), "Two dashes in a row cannot be used.")
  .refine((slug) => !reservedSlugs.has(slug), "This name is kept for Slipway. Choose another one.");

/** A folder of the repository: relative, no way out, no `.git`; empty or `/` is the repository itself. */
export const RepositoryPath = z
  .string()
  .max(500)
  .refine((path) => !/[\\\p{Cc}\p{Cs}]/u.test(path), "Backslashes and control characters cannot be used.")
  .refine((path) => path === path.trim(), "Leave out the blanks around the folder.")
  .refine((path) => !/%2[ef]/i.test(path), "Write the folder as it is named, without % escapes.")
  .transform((path) => path.replace(/\/$/, ""))
  .refine(
    (path) => path === "" || partsOf(path).every((part) => !/^(\.{0,2}|~.*)$/.test(part)),
    "Give a folder inside the repository, such as docs or apps/web.",
  )
  .refine(
    (path) => !partsOf(path).some((part) => part.toLowerCase() === ".git"),
    "The .git folder cannot be used.",
  );

/** The parts of a path after Unicode normalization, since some file systems and editors treat look-alikes as equal. */
function partsOf(path: string): string[] {
  return path.normalize("NFKC").split("/");
}

export const Application = z.object({
  applicationId: Id,
  organizationId: Id,
  name: z.string(),
  slug: z.string(),
  url: z.string(),
  gitProviderId: Id,
  providerType: z.string(),
  repository: z.union([Repository, z.object({ fullName: z.string(), url: z.string() })]),
  buildType: z.enum(buildTypes),
  buildPath: z.string(),
  buildCommand: z.string().nullable(),
  outputDirectory: z.string().nullable(),
  /** Null: requests get no previews. */
  previews: PreviewRules.nullable(),
  /** Those that are always there, without previews. */
  environments: z.array(Environment),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Application = z.infer<typeof Application>;

const build = {
  buildPath: RepositoryPath.nullish(),
  buildType: z.enum(buildTypes).nullish(),
  buildCommand: z.string().trim().max(2000).nullish(),
  outputDirectory: RepositoryPath.nullish(),
};

/** `repository` is `owner/repo`, or a URL. With `accessToken` it gets a dedicated credential: a provider that only it uses. */
export const CreateApplication = z.object({
  name: Name,
  gitProviderId: Id.nullish(),
  repository: z.string().trim().min(1).max(2048),
  branch: RefName.nullish(),
  slug: Slug.nullish(),
  username: z.string().max(255).nullish(),
  accessToken: z.string().max(4096).nullish(),
  ...build,
});
export type CreateApplication = z.infer<typeof CreateApplication>;

/**
 * Absent and null fields are kept. A blank build command or output directory is cleared. A given repository is looked
 * up again, even if it is the same; a dedicated credential is never used for another repository.
 */
export const UpdateApplication = z.object({
  applicationId: Id,
  name: optional(Name),
  gitProviderId: optional(Id),
  repository: optional(z.string().trim().min(1).max(2048)),
  username: z.string().max(255).nullish(),
  accessToken: z.string().max(4096).nullish(),
  slug: optional(Slug),
  /** Null switches previews off; left out changes nothing. What is missing in the rules gets its usual value. */
  previews: PreviewRulesInput.nullish(),
  ...build,
});
export type UpdateApplication = z.infer<typeof UpdateApplication>;

export const OneApplication = z.object({ applicationId: Id });
export type OneApplication = z.infer<typeof OneApplication>;
export const AllApplications = PageQuery.extend({ search: z.string().max(200).nullish() });
export type AllApplications = z.infer<typeof AllApplications>;
export const ApplicationList = pageOf(Application);

export const DeployApplication = z.object({
  applicationId: Id,
  environment: otherwise(z.string().max(64), "production"),
  /** Branch, tag or full commit id; the environment's branch when absent. */
  ref: RefName.nullish(),
  /** Deploy although the environment is frozen. */
  force: optional(z.boolean()),
});
export type DeployApplication = z.infer<typeof DeployApplication>;
export const DeployResult = z.object({ deploymentId: Id, status: z.literal("queued") });
export type DeployResult = z.infer<typeof DeployResult>;
