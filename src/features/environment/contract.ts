import { z } from "zod";
import { Deployment } from "@/features/deployment/contract";
import { triggers } from "@/features/environment/trigger";
import { RefName } from "@/git/ref-name";
import { Id, optional } from "@/lib/shape";

/** Also part of a host name, so the letters of one. */
export const EnvironmentName = z
  .string()
  .trim()
  .regex(/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/, "Lower-case letters, digits and dashes, at most 30.")
  .refine((name) => !name.includes("--"), "Two dashes in a row cannot be used.");

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
  trigger: z.enum(triggers),
  tagPattern: z.string().nullable(),
  watchPaths: z.array(z.string()),
  /** Unknown addresses are answered with the start page, as single-page applications need it. */
  spaFallback: z.boolean(),
  variables: z.array(z.object({ name: z.string(), hasValue: z.boolean() })),
  url: z.string(),
  current: Deployment.nullable(),
});
export type Environment = z.infer<typeof Environment>;

const fields = {
  branch: RefName,
  trigger: optional(z.enum(triggers)),
  tagPattern: z.string().max(200).nullish(),
  watchPaths: optional(z.array(z.string().min(1).max(500)).max(100)),
  spaFallback: optional(z.boolean()),
  variables: optional(z.array(VariableInput).max(200)),
};

export const CreateEnvironment = z.object({ applicationId: Id, name: EnvironmentName, ...fields });
export type CreateEnvironment = z.infer<typeof CreateEnvironment>;
export const UpdateEnvironment = z.object({ environmentId: Id, ...fields, branch: optional(RefName) });
export type UpdateEnvironment = z.infer<typeof UpdateEnvironment>;
export const RemoveEnvironment = z.object({ environmentId: Id });
export type RemoveEnvironment = z.infer<typeof RemoveEnvironment>;
export const AllEnvironments = z.object({ applicationId: Id });
export type AllEnvironments = z.infer<typeof AllEnvironments>;
export const EnvironmentList = z.object({ items: z.array(Environment), nextCursor: z.string().nullable() });
