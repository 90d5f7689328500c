import { z } from "zod";
import { permissions } from "@/access/policy";
import { Id, Instant, Name, optional } from "@/lib/shape";

/** What a member may be: a preset, or a role that the organization made. */
export const Role = z.object({
  /** What `member.updateRole` takes: the name of a preset, or an id. */
  role: z.string(),
  name: z.string(),
  /** Presets are the same everywhere and cannot be changed. */
  preset: z.boolean(),
  permissions: z.array(z.enum(permissions)),
  memberCount: z.number().int(),
  createdAt: Instant.nullable(),
});
export type Role = z.infer<typeof Role>;
export const RoleList = z.object({ items: z.array(Role), nextCursor: z.string().nullable() });
export type RoleList = z.infer<typeof RoleList>;

const Permissions = z.array(z.enum(permissions)).min(1, "Tick at least one.").max(permissions.length);

export const CreateRole = z.object({ name: Name, permissions: Permissions });
export type CreateRole = z.infer<typeof CreateRole>;
/** What is left out stays. A given list replaces the one before. */
export const UpdateRole = z.object({ roleId: Id, name: optional(Name), permissions: optional(Permissions) });
export type UpdateRole = z.infer<typeof UpdateRole>;
export const OneRole = z.object({ roleId: Id });
export type OneRole = z.infer<typeof OneRole>;
