import { z } from "zod";
import { Instant } from "@/lib/shape";

/** The clone address for which git asks; a provider that reaches it is chosen as for a pasted URL. */
export const IssueCredential = z.object({ url: z.string().min(1).max(2048) });
export type IssueCredential = z.infer<typeof IssueCredential>;

/** For one repository only, and as short-lived as its host allows; null where the host sets no end. */
export const IssuedCredential = z.object({
  username: z.string(),
  password: z.string(),
  expiresAt: Instant.nullable(),
});
export type IssuedCredential = z.infer<typeof IssuedCredential>;
