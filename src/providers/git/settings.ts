import { z } from "zod";
import { addressProblem, canonical } from "@/providers/git/reach";

/** A repository's clone address, or a folder of repositories: the credential is used there and below. */
const GitUrl = z
  .string()
  .trim()
  .max(2048)
  .superRefine((text, context) => {
    const message = addressProblem(text);
    if (message) context.addIssue({ code: "custom", message });
  })
  .transform(canonical);

/** The columns of the table `git` that hold no secret. */
export const Settings = z.object({
  /** Needed with a credential; without one it only narrows which addresses are meant. */
  gitUrl: GitUrl.nullish(),
  username: z.string().max(255).nullish(),
});
export type Settings = z.infer<typeof Settings>;

export const Secrets = z.object({ password: z.string().max(4096).nullish() });
export type Secrets = z.infer<typeof Secrets>;
