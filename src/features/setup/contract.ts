import { z } from "zod";
import { Email, Id, Name } from "@/lib/shape";

export const Password = z
  .string()
  .min(10, "Use at least 10 characters.")
  .max(200, "Use at most 200 characters.");

export const SetupStatus = z.object({ initialized: z.boolean(), version: z.string() });
export type SetupStatus = z.infer<typeof SetupStatus>;

export const InitializeSetup = z.object({
  setupToken: z.string().min(1, "Enter the set-up token.").max(200, "This is too long for a set-up token."),
  email: Email,
  password: Password,
  name: Name,
  organizationName: Name,
});
export type InitializeSetup = z.infer<typeof InitializeSetup>;

/** `apiKey` holds every permission and is shown this once. */
export const InitializeSetupResult = z.object({ userId: Id, organizationId: Id, apiKey: z.string() });
export type InitializeSetupResult = z.infer<typeof InitializeSetupResult>;
