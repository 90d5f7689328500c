import { testConnection } from "@/features/git-provider/connection-test/connection-test";
import { CreatedGitProvider, GitProvider, RefPage, RepositoryPage } from "@/features/git-provider/contract";
import { create } from "@/features/git-provider/create";
import {
  createInput,
  hasRepositories,
  oneInput,
  refsInput,
  repositoriesInput,
  testInput,
  updateInput,
} from "@/features/git-provider/input/schema";
import { authorize } from "@/features/git-provider/oauth/authorize";
import { AuthorizeUrl } from "@/features/git-provider/oauth/contract";
import { oneOfType } from "@/features/git-provider/one-of-type";
import { withTypes } from "@/features/git-provider/public";
import { repositories } from "@/features/git-provider/repository/list";
import { branches, tags } from "@/features/git-provider/repository/refs";
import { update } from "@/features/git-provider/update";
import { Report } from "@/providers/connection/report";
import type { Provider } from "@/providers/provider";
import { type ProviderType, registry } from "@/providers/registry";
import { may, router } from "@/rpc/procedure";

/** The procedures of one provider type, the same for each. `repositories` is absent where the host has no list. */
export function typeRouter(provider: Provider) {
  const { label } = provider.manifest;
  const all = {
    create: may("provider:write", { summary: `Connect ${label}` })
      .input(createInput(provider))
      .output(withTypes(CreatedGitProvider))
      .mutation(({ ctx, input }) => create(ctx.who, provider, input)),

    one: may("provider:read", { summary: `One ${label} provider` })
      .input(oneInput(provider))
      .output(withTypes(GitProvider))
      .query(({ ctx, input }) => oneOfType(ctx.who, provider, input)),

    update: may("provider:write", { summary: `Change a ${label} provider` })
      .input(updateInput(provider))
      .output(withTypes(GitProvider))
      .mutation(({ ctx, input }) => update(ctx.who, provider, input)),

    testConnection: may("provider:write", { summary: `Test a connection to ${label}` })
      .input(testInput(provider))
      .output(Report)
      .mutation(({ ctx, input }) => testConnection(ctx.who, provider, input)),

    authorize: may("provider:write", { summary: `Where to authorize a ${label} provider in the browser` })
      .input(oneInput(provider))
      .output(AuthorizeUrl)
      .mutation(({ ctx, input }) => authorize(ctx.who, provider, input)),

    repositories: may("provider:read", { summary: `Repositories that a ${label} provider sees` })
      .input(repositoriesInput(provider))
      .output(RepositoryPage)
      .query(({ ctx, input }) => repositories(ctx.who, provider, input)),

    branches: may("provider:read", { summary: `Branches of a repository on ${label}` })
      .input(refsInput(provider))
      .output(RefPage)
      .query(({ ctx, input }) => branches(ctx.who, provider, input)),

    tags: may("provider:read", { summary: `Tags of a repository on ${label}` })
      .input(refsInput(provider))
      .output(RefPage)
      .query(({ ctx, input }) => tags(ctx.who, provider, input)),
  };
  const { repositories: _list, ...others } = all;
  // One static type for all provider types, so that pages can use any; a call to a missing procedure gets not_found.
  return router(hasRepositories(provider) ? all : (others as typeof all));
}

/** The router of each provider type, by its name. */
export const typeRouters = Object.fromEntries(
  Object.entries(registry).map(([type, provider]) => [type, typeRouter(provider)]),
) as Record<ProviderType, ReturnType<typeof typeRouter>>;
