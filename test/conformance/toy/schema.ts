import { z } from "zod";
import { Commit as CommitNoun, Ref, Repository as RepositoryNoun } from "@/git/nouns";

/** The toy host speaks our own nouns: there is nothing to convert. */
export const Version = z.object({ product: z.literal("Toy"), version: z.string() });
export const Account = z.object({ login: z.string() });
export const Repository = RepositoryNoun;
export const Repositories = z.object({ items: z.array(RepositoryNoun).max(1000), total: z.number().int() });
export const Refs = z.object({ items: z.array(Ref).max(1000), total: z.number().int() });
export const Commit = CommitNoun;
