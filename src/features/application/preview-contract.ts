import { z } from "zod";
import { BranchPatterns } from "@/features/environment/contract";
import { Id, otherwise } from "@/lib/shape";

const forkPolicies = ["never", "approval", "always"] as const;

/** How requests of an application get previews. */
export const PreviewRules = z.object({
  /** One of them has to be on the request; none: all requests. */
  labels: z.array(z.string()),
  /** Patterns of the branches that a request may go to; none: all. */
  baseBranches: z.array(z.string()),
  drafts: z.boolean(),
  /** A fork never gets secrets; `approval`: a member looks at each commit first. */
  forks: z.enum(forkPolicies),
  /** Previews of the application at one time. */
  limit: z.number().int(),
  /** Days without a push after which a preview is removed. */
  idleDays: z.number().int(),
  /** Write one comment on the request, with the address. */
  comment: z.boolean(),
  /** The environment whose variables previews get; null: none. Never those of forks. */
  variablesFrom: Id.nullable(),
});
export type PreviewRules = z.infer<typeof PreviewRules>;

/** The same as a client gives them: what is missing has its usual value. */
export const PreviewRulesInput = z.object({
  labels: z.array(z.string().trim().min(1).max(100)).max(20).nullable().default([]).transform(emptyForNull),
  baseBranches: BranchPatterns.nullable().default([]).transform(emptyForNull),
  drafts: otherwise(z.boolean(), false),
  forks: otherwise(z.enum(forkPolicies), "approval"),
  limit: otherwise(z.number().int().min(1).max(100), 10),
  idleDays: otherwise(z.number().int().min(1).max(365), 14),
  comment: otherwise(z.boolean(), true),
  variablesFrom: Id.nullish().transform((id) => id ?? null),
});

function emptyForNull(list: string[] | null): string[] {
  return list ?? [];
}

/** The rules as they are stored with an application; null: its requests get no previews. */
export function previewRulesOf({ previews }: { previews: unknown }): PreviewRules | null {
  return previews === null ? null : PreviewRulesInput.parse(previews);
}
