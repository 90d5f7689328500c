import { z } from "zod";
import { Repository } from "@/git/nouns";
import { Id, optional, otherwise, ReasonShape } from "@/lib/shape";

export const SearchRepositories = z.object({
  search: z.string().max(200),
  limit: otherwise(z.number().int().min(1).max(100), 20),
  /** Only what was listed before: at once, without asking any host. */
  known: optional(z.boolean()),
});
export type SearchRepositories = z.infer<typeof SearchRepositories>;

const ProviderName = z.object({ gitProviderId: Id, name: z.string(), providerType: z.string() });

export const FoundRepositories = z.object({
  items: z.array(z.object({ provider: ProviderName, repository: Repository })),
  /** Providers that could not be asked, and why. */
  failures: z.array(z.object({ provider: ProviderName, reason: ReasonShape })),
  /** Providers whose lists lack something, and why. */
  incomplete: z.array(z.object({ provider: ProviderName, reason: ReasonShape })).optional(),
});
export type FoundRepositories = z.infer<typeof FoundRepositories>;

export const ResolveRepository = z.object({ url: z.string().min(1).max(2048) });
export type ResolveRepository = z.infer<typeof ResolveRepository>;

/** What a pasted URL means, which providers reach it, and which one would be used. */
export const ResolvedRepository = z.object({
  host: z.string(),
  fullName: z.string(),
  url: z.string(),
  ref: z.string().nullable(),
  path: z.string().nullable(),
  commit: z.string().nullable(),
  candidates: z.array(
    z.object({
      provider: ProviderName,
      reachable: z.boolean(),
      reason: ReasonShape.optional(),
      repository: Repository.optional(),
    }),
  ),
  /** `tied` names others that fit as well: the default, or the one connected first, was taken. */
  chosen: z.object({ gitProviderId: Id, why: z.string(), tied: z.array(Id) }).nullable(),
});
export type ResolvedRepository = z.infer<typeof ResolvedRepository>;
