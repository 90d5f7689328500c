import { z } from "zod";
import { Commit as CommitNoun, Ref, Repository as RepositoryNoun } from "@/git/nouns";
import { rowsOf } from "@/providers/kit/pages";

/** The toy host answers in Slipway's own shapes, so there is nothing to convert. */
export const Version = z.object({ product: z.literal("Toy"), version: z.string() });
export const Account = z.object({ login: z.string() });
export const Repository = RepositoryNoun;
export const Repositories = pageOf(RepositoryNoun);
export const Refs = pageOf(Ref.extend({ sha: z.string().nullish() }));
export const Commit = CommitNoun;

function pageOf<Item>(item: z.ZodType<Item>) {
  return z
    .object({ items: rowsOf(item), total: z.number().int() })
    .transform(({ items, total }) => ({ ...items, total }));
}
