import { z } from "zod";
import { Deployment } from "@/features/deployment/contract";
import { triggers } from "@/features/environment/trigger";
import { namePatternProblem, pathPatternProblem, patternsOf } from "@/git/pattern-list";
import { RefName } from "@/git/ref-name";
import { Id, Instant, optional } from "@/lib/shape";

/** Also part of a host name, so the letters of one. */
export const EnvironmentName = z
  .string()
  .trim()
  .regex(/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/, "Lower-case letters, digits and dashes, at most 30.")
  .refine((name) => !name.includes("--"), "Two dashes in a row cannot be used.")
  .refine((name) => !/^pr-\d+$/.test(name), "Names such as pr-7 are kept for previews of requests.");

/** A list of patterns, each of which is looked at by `problem`. */
function patterns(problem: (pattern: string) => string | null, limits: { count: number; length: number }) {
  const pattern = z
    .string()
    .trim()
    .max(limits.length)
    .superRefine((text, context) => addProblem(context, problem(text)));
  return z.array(pattern).max(limits.count);
}

function addProblem(context: z.RefinementCtx, message: string | null | undefined): void {
  if (message) context.addIssue({ code: "custom", message });
}

export const BranchPatterns = patterns(namePatternProblem, { count: 50, length: 200 });
export const WatchPaths = patterns(pathPatternProblem, { count: 100, length: 500 });

/** Patterns separated by commas or lines. */
const TagPattern = z
  .string()
  .max(2000)
  .superRefine((text, context) => {
    addProblem(
      context,
      patternsOf(text)
        .map(namePatternProblem)
        .find((problem) => problem !== null),
    );
  });

const VariableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, "Letters, digits and underscores; no digit first.");

/** A missing or blank value keeps the stored one; null removes the variable. */
export const VariableInput = z.object({ name: VariableName, value: z.string().max(32_768).nullish() });

export const Environment = z.object({
  environmentId: Id,
  applicationId: Id,
  name: z.string(),
  kind: z.enum(["standing", "preview"]),
  branch: z.string(),
  /** Branches to follow in place of `branch`. The last pattern that fits decides; `!` in front takes out again. */
  branchPatterns: z.array(z.string()),
  trigger: z.enum(triggers),
  /** One or more patterns, separated by commas or lines; null: all tags. */
  tagPattern: z.string().nullable(),
  /** Only changes of these paths are deployed; none: all. */
  watchPaths: z.array(z.string()),
  /** Commits marked with [skip ci] and the like are left out. */
  skipMarkers: z.boolean(),
  /** Nothing is deployed by itself, for this reason. */
  frozen: z.object({ reason: z.string(), at: Instant, by: z.string() }).nullable(),
  /** Wait until the host's own checks of the commit have succeeded, at most so many minutes. */
  waitForChecks: z.boolean(),
  checksTimeoutMinutes: z.number().int(),
  /** A cron expression in UTC, and when it is due next. */
  schedule: z.string().nullable(),
  scheduleDueAt: Instant.nullable(),
  /** The environment whose release is published here after each success there. */
  promotesFrom: Id.nullable(),
  /** Unknown addresses are answered with the start page, as single-page applications need it. */
  spaFallback: z.boolean(),
  variables: z.array(z.object({ name: z.string(), hasValue: z.boolean() })),
  url: z.string(),
  current: Deployment.nullable(),
});
export type Environment = z.infer<typeof Environment>;

const fields = {
  branch: RefName,
  branchPatterns: optional(BranchPatterns),
  trigger: optional(z.enum(triggers)),
  tagPattern: TagPattern.nullish(),
  watchPaths: optional(WatchPaths),
  skipMarkers: optional(z.boolean()),
  /** Null ends it; left out changes nothing. */
  frozen: z.object({ reason: z.string().trim().min(1, "Say why.").max(500) }).nullish(),
  waitForChecks: optional(z.boolean()),
  checksTimeoutMinutes: optional(z.number().int().min(1).max(1440)),
  /** Null or blank ends it; left out changes nothing. */
  schedule: z.string().trim().max(100).nullish(),
  /** Null or blank ends it; left out changes nothing. */
  promotesFrom: z.union([z.literal(""), Id]).nullish(),
  spaFallback: optional(z.boolean()),
  variables: optional(z.array(VariableInput).max(200)),
};

export const CreateEnvironment = z.object({ applicationId: Id, name: EnvironmentName, ...fields });
export type CreateEnvironment = z.infer<typeof CreateEnvironment>;
export const UpdateEnvironment = z.object({ environmentId: Id, ...fields, branch: optional(RefName) });
export type UpdateEnvironment = z.infer<typeof UpdateEnvironment>;
/** `from`: the environment whose release is published; the one it promotes from unless given. */
export const PromoteEnvironment = z.object({
  environmentId: Id,
  from: optional(Id),
  /** Also while it is frozen. */
  force: optional(z.boolean()),
});
export type PromoteEnvironment = z.infer<typeof PromoteEnvironment>;
export const RemoveEnvironment = z.object({ environmentId: Id });
export type RemoveEnvironment = z.infer<typeof RemoveEnvironment>;
export const AllEnvironments = z.object({ applicationId: Id });
export type AllEnvironments = z.infer<typeof AllEnvironments>;
export const EnvironmentList = z.object({ items: z.array(Environment), nextCursor: z.string().nullable() });
