import { z } from "zod";
import {
  GitProvider,
  GitProviderDetail,
  GitProviderHealthList,
  GitProviderTypeList,
  GitProviderUsage,
  OneGitProvider,
  PromoteGitProvider,
  ReassignGitProvider,
  ReassignResult,
  RemovalReport,
  RemoveGitProvider,
  RestoreGitProvider,
  RestoreResult,
  RotateResult,
  SetDefaultGitProvider,
  SetGitProviderStatus,
  SetGitProviderVisibility,
} from "@/features/git-provider/contract";
import { getAll } from "@/features/git-provider/get-all";
import { IdentifiedHost, IdentifyHost } from "@/features/git-provider/host-contract";
import { identifyHost } from "@/features/git-provider/identify-host";
import { rotateInput } from "@/features/git-provider/input/schema";
import { health } from "@/features/git-provider/list-health";
import { one } from "@/features/git-provider/one";
import { promote } from "@/features/git-provider/promote";
import { withTypes } from "@/features/git-provider/public";
import { reassign } from "@/features/git-provider/reassign";
import { remove } from "@/features/git-provider/removal/remove";
import { restore } from "@/features/git-provider/rotation/restore";
import { rotate } from "@/features/git-provider/rotation/rotate";
import { setDefault } from "@/features/git-provider/set-default";
import { setStatus } from "@/features/git-provider/set-status";
import { setVisibility } from "@/features/git-provider/set-visibility";
import { types } from "@/features/git-provider/types";
import { usage } from "@/features/git-provider/usage";
import { registry } from "@/providers/registry";
import { may, router } from "@/rpc/procedure";

export const gitProviderRouter = router({
  types: may("provider:read", { summary: "What can be connected, and how" })
    .output(GitProviderTypeList)
    .query(() => types()),

  identifyHost: may("provider:write", { summary: "Which product answers at an address" })
    .input(IdentifyHost)
    .output(IdentifiedHost)
    .mutation(({ input }) => identifyHost(input)),

  getAll: may("provider:read", { summary: "Every provider, newest first" })
    .output(z.array(withTypes(GitProvider)))
    .query(({ ctx }) => getAll(ctx.who)),

  one: may("provider:read", { summary: "One provider" })
    .input(OneGitProvider)
    .output(withTypes(GitProviderDetail))
    .query(({ ctx, input }) => one(ctx.who, input)),

  health: may("provider:read", { summary: "How all providers do" })
    .output(GitProviderHealthList)
    .query(({ ctx }) => health(ctx.who)),

  usage: may("provider:read", { summary: "What uses a provider" })
    .input(OneGitProvider)
    .output(GitProviderUsage)
    .query(({ ctx, input }) => usage(ctx.who, input)),

  setDefault: may("provider:write", { summary: "Take a provider for new applications" })
    .input(SetDefaultGitProvider)
    .output(withTypes(GitProvider))
    .mutation(({ ctx, input }) => setDefault(ctx.who, input)),

  setStatus: may("provider:write", { summary: "Activate or deactivate a provider" })
    .input(SetGitProviderStatus)
    .output(withTypes(GitProvider))
    .mutation(({ ctx, input }) => setStatus(ctx.who, input)),

  setVisibility: may("provider:write", { summary: "Share a provider" })
    .input(SetGitProviderVisibility)
    .output(withTypes(GitProvider))
    .mutation(({ ctx, input }) => setVisibility(ctx.who, input)),

  reassign: may("provider:write", { summary: "Move applications to another provider" })
    .input(ReassignGitProvider)
    .output(ReassignResult)
    .mutation(({ ctx, input }) => reassign(ctx.who, input)),

  rotate: may("provider:write", { summary: "Swap a secret after checking the new one" })
    .input(rotateInput(Object.values(registry)))
    .output(RotateResult)
    .mutation(({ ctx, input }) => rotate(ctx.who, input)),

  restore: may("provider:write", { summary: "Put the credential back that was replaced last" })
    .input(RestoreGitProvider)
    .output(RestoreResult)
    .mutation(({ ctx, input }) => restore(ctx.who, input)),

  promote: may("provider:write", { summary: "Share the provider of one application" })
    .input(PromoteGitProvider)
    .output(withTypes(GitProvider))
    .mutation(({ ctx, input }) => promote(ctx.who, input)),

  remove: may("provider:delete", { summary: "Remove a provider that nothing uses" })
    .input(RemoveGitProvider)
    .output(RemovalReport)
    .mutation(({ ctx, input }) => remove(ctx.who, input)),
});
