import { z } from "zod";
import { BranchPatterns } from "@/features/environment/contract";

/** How requests of an application get previews. */
export const PreviewRules = z.object({
  /** One of them has to be on the request; none: all requests. */
  labels: z.array(z.string().trim().min(1).max(100)).max(20).default([]),
  /** Patterns of the branches that a request may go to; none: all. */
  baseBranches: BranchPatterns.default([]),
  drafts: z.boolean().default(false),
  /** A fork never gets secrets; `approval`: a member looks at each commit first. */
  forks: z.enum(["never", "approval", "always"]).default("approval"),
  /** Previews of the application at one time. */
  limit: z.number().int().min(1).max(100).default(10),
  /** Days without a push after which a preview is removed. */
  idleDays: z.number().int().min(1).max(365).default(14),
  /** Write one comment on the request, with the address. */
  comment: z.boolean().default(true),
});
export type PreviewRules = z.infer<typeof PreviewRules>;

/** The rules as they are stored with an application; null: its requests get no previews. */
export function previewRulesOf({ previews }: { previews: unknown }): PreviewRules | null {
  return previews === null ? null : PreviewRules.parse(previews);
}
