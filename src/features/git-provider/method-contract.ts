import { z } from "zod";

const FormField = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string().optional(),
  placeholder: z.string().optional(),
  required: z.boolean().optional(),
  secret: z.boolean().optional(),
  /** What the secret is by how it begins; an `unfit` one was made for another purpose. */
  kinds: z
    .array(z.object({ prefix: z.string(), label: z.string(), unfit: z.boolean().optional() }))
    .optional(),
  /** The text that, sent in place of the secret, makes Slipway generate one. */
  generates: z.string().optional(),
  kind: z.enum(["text", "url", "date", "multiline", "choice"]).optional(),
  choices: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
  advanced: z.boolean().optional(),
});

const capabilities = [
  "repositories",
  "branches",
  "gitRead",
  "webhooks",
  "commitStatus",
  "pullRequests",
] as const;

/** One way to authorize a provider, as the form and the documentation show it. */
export const Method = z.object({
  kind: z.enum(["form", "redirect"]),
  label: z.string(),
  why: z.string(),
  recommended: z.boolean().optional(),
  removed: z.string().optional(),
  /** The field with the address where a person signs in, when that is not the host's own. */
  signIn: z.object({ field: z.string(), usual: z.string() }).optional(),
  fields: z.array(FormField),
  scopes: z.array(
    z.object({
      name: z.string(),
      why: z.string(),
      needs: z.array(z.enum(capabilities)),
      optional: z.boolean().optional(),
    }),
  ),
  steps: z.array(z.string()),
  credentialPage: z.string().optional(),
  can: z.array(z.enum(capabilities)),
  requires: z.array(z.string()),
});
