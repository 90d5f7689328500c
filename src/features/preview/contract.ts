import { z } from "zod";
import { PreviewRules } from "@/features/application/preview-contract";
import { Deployment } from "@/features/deployment/contract";
import { RefName } from "@/git/ref-name";
import { Id, Instant, optional, ReasonShape } from "@/lib/shape";

export const Preview = z.object({
  environmentId: Id,
  applicationId: Id,
  name: z.string(),
  url: z.string(),
  branch: z.string(),
  /** Null for a preview of a branch. */
  pullRequest: z
    .object({
      number: z.number().int(),
      title: z.string(),
      url: z.string().nullable(),
      author: z.string().nullable(),
    })
    .nullable(),
  isFork: z.boolean(),
  /** `approval`: a member has to look at `sha` first. */
  state: z.enum(["approval", "deploying", "ready", "failed", "waiting"]),
  sha: z.string().nullable(),
  /** Why it is in that state; else why its comment could not be written. */
  reason: ReasonShape.nullable(),
  /** The comment on the request; null where there is to be none. */
  comment: z.object({ url: z.string().nullable(), reason: ReasonShape.nullable() }).nullable(),
  current: Deployment.nullable(),
  latest: Deployment.nullable(),
  createdAt: Instant,
  lastActivityAt: Instant.nullable(),
});
export type Preview = z.infer<typeof Preview>;

export const AllPreviews = z.object({ applicationId: Id });
export type AllPreviews = z.infer<typeof AllPreviews>;
export const PreviewList = z.object({
  items: z.array(Preview),
  rules: PreviewRules.nullable(),
  /** Previews whose request is gone at the host: 0 but for the time until the next look. */
  withoutRequest: z.number().int(),
  /** Previews that were removed in the last days although the host had not told that their request is over. */
  reclaimed: z.array(z.object({ number: z.number().int(), at: Instant, reason: ReasonShape })),
});
export type PreviewList = z.infer<typeof PreviewList>;

export const CreatePreview = z
  .object({
    applicationId: Id,
    branch: optional(RefName),
    /** At most what a PostgreSQL int4 holds. */
    pullRequest: optional(z.number().int().min(1).max(2_147_483_647)),
  })
  .refine(({ branch, pullRequest }) => (branch === undefined) !== (pullRequest === undefined), {
    message: "Give a branch or a pullRequest.",
    path: ["branch"],
  });
export type CreatePreview = z.infer<typeof CreatePreview>;
export const OnePreview = z.object({ environmentId: Id });
export type OnePreview = z.infer<typeof OnePreview>;
/** The commit that was looked at: an approval is of it alone. */
export const ApprovePreview = z.object({ environmentId: Id, sha: optional(z.string().max(64)) });
export type ApprovePreview = z.infer<typeof ApprovePreview>;
