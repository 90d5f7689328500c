import { z } from "zod";

/** Where a member with `provider:write`, signed in to the web app, begins the flow. */
export const AuthorizeUrl = z.object({ authorizeUrl: z.string() });
export type AuthorizeUrl = z.infer<typeof AuthorizeUrl>;
