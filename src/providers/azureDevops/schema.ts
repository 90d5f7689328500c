import { z } from "zod";
import { rowsOf } from "@/providers/kit/pages";

export const Sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const Name = z.string().regex(/^[^/]+$/);

/** Who is signed in. `Account` is the sign-in name, which older servers leave out. */
export const Connection = z.object({
  authenticatedUser: z.object({
    id: z.string(),
    providerDisplayName: z.string().nullish(),
    properties: z.object({ Account: z.object({ $value: z.string() }).nullish().catch(null) }).nullish(),
  }),
});
export type Connection = z.infer<typeof Connection>;

export const Project = z.object({ name: Name });

/** `defaultBranch` is a full name; it is absent from an empty repository, and where its branch was deleted. */
export const Repository = z.object({
  id: z.string().regex(/^[0-9a-f-]{36}$/i),
  name: Name,
  project: z.object({ name: Name, visibility: z.string().nullish() }),
  defaultBranch: z.string().nullish(),
  isDisabled: z.boolean().nullish(),
});
export type Repository = z.infer<typeof Repository>;

/** `objectId` of an annotated tag is the tag itself, `peeledObjectId` the commit behind it. */
export const Ref = z.object({
  name: z.string().min(1),
  objectId: Sha.nullish(),
  peeledObjectId: Sha.nullish(),
});
export type Ref = z.infer<typeof Ref>;

export const Commit = z.object({
  commitId: Sha,
  comment: z.string().nullish(),
  author: z.object({ name: z.string().nullish(), date: z.string().nullish() }).nullish(),
  committer: z.object({ date: z.string().nullish() }).nullish(),
  /** Lists may leave them out. */
  parents: z.array(Sha).nullish(),
});
export type Commit = z.infer<typeof Commit>;

export function listOf<Item>(item: z.ZodType<Item>) {
  return z.object({ value: rowsOf(item) });
}

/** What the service says when it refuses. */
export const Refused = z
  .object({ message: z.string().catch(""), typeKey: z.string().catch("") })
  .catch({ message: "", typeKey: "" });
