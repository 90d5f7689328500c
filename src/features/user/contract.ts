import { z } from "zod";
import { permissions } from "@/access/policy";
import { Password } from "@/features/setup/contract";
import { Email, Id, Instant, optional } from "@/lib/shape";

const Person = z
  .string()
  .trim()
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, "Control characters cannot be used.");

/** Who is calling, and what they may do where. */
export const Me = z.object({
  userId: Id,
  email: z.string(),
  username: z.string().nullable(),
  firstName: z.string(),
  lastName: z.string(),
  name: z.string(),
  instanceAdmin: z.boolean(),
  organization: z
    .object({
      organizationId: Id,
      slug: z.string(),
      name: z.string(),
      role: z.string(),
      roleName: z.string(),
    })
    .nullable(),
  permissions: z.array(z.enum(permissions)),
});
export type Me = z.infer<typeof Me>;

export const UpdateProfile = z.object({
  username: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9][a-z0-9._-]{1,38}$/, "2 to 39 letters, digits, dots, dashes or underscores.")
    .nullish(),
  firstName: optional(Person),
  lastName: optional(Person),
});
export type UpdateProfile = z.infer<typeof UpdateProfile>;

export const ChangePassword = z.object({ currentPassword: z.string().max(200), newPassword: Password });
export type ChangePassword = z.infer<typeof ChangePassword>;

/** Always answers the same, whether or not the address is known. */
export const RequestPasswordReset = z.object({ email: Email });
export type RequestPasswordReset = z.infer<typeof RequestPasswordReset>;
/** Whether this server can send e-mail at all: without it an operator makes the link. */
export const RequestPasswordResetResult = z.object({ mail: z.boolean() });
export type RequestPasswordResetResult = z.infer<typeof RequestPasswordResetResult>;
export const ResetPassword = z.object({ token: z.string().min(1).max(200), newPassword: Password });
export type ResetPassword = z.infer<typeof ResetPassword>;

export const UserSession = z.object({
  sessionId: Id,
  userAgent: z.string(),
  address: z.string(),
  current: z.boolean(),
  createdAt: Instant,
  lastSeenAt: Instant,
});
export type UserSession = z.infer<typeof UserSession>;
export const UserSessionList = z.object({ items: z.array(UserSession), nextCursor: z.string().nullable() });
export type UserSessionList = z.infer<typeof UserSessionList>;
export const EndSession = z.object({ sessionId: Id });
export type EndSession = z.infer<typeof EndSession>;
