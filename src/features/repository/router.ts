import {
  FoundRepositories,
  ResolvedRepository,
  ResolveRepository,
  SearchRepositories,
} from "@/features/repository/contract";
import { resolve } from "@/features/repository/resolve";
import { search } from "@/features/repository/search";
import { may, router } from "@/rpc/procedure";

export const repositoryRouter = router({
  search: may("provider:read", { summary: "Search repositories across all providers" })
    .input(SearchRepositories)
    .output(FoundRepositories)
    .query(({ ctx, input }) => search(ctx.who, input)),

  resolve: may("provider:read", { summary: "What a pasted repository URL means" })
    .input(ResolveRepository)
    .output(ResolvedRepository)
    .query(({ ctx, input }) => resolve(ctx.who, input)),
});
