import { z } from "zod";
import { Id, Instant, Name } from "@/lib/shape";

export const Organization = z.object({
  organizationId: Id,
  /** Names it in the addresses of its pages: `/o/<slug>`. Renaming does not change it. */
  slug: z.string(),
  name: z.string(),
  role: z.string(),
  roleName: z.string(),
  active: z.boolean(),
  createdAt: Instant,
});
export type Organization = z.infer<typeof Organization>;

export const OrganizationList = z.object({ items: z.array(Organization), nextCursor: z.string().nullable() });
export type OrganizationList = z.infer<typeof OrganizationList>;
export const CreateOrganization = z.object({ name: Name });
export type CreateOrganization = z.infer<typeof CreateOrganization>;
export const UpdateOrganization = z.object({ name: Name });
export type UpdateOrganization = z.infer<typeof UpdateOrganization>;
/** The name again, typed by the person who deletes it. */
export const RemoveOrganization = z.object({ name: z.string() });
export type RemoveOrganization = z.infer<typeof RemoveOrganization>;
export const SetActiveOrganization = z.object({ organizationId: Id });
export type SetActiveOrganization = z.infer<typeof SetActiveOrganization>;
