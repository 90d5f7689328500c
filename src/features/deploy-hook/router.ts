import { all } from "@/features/deploy-hook/all";
import {
  AllDeployHooks,
  CreateDeployHook,
  CreatedDeployHook,
  DeployHookList,
  OneDeployHook,
} from "@/features/deploy-hook/contract";
import { create } from "@/features/deploy-hook/create";
import { remove } from "@/features/deploy-hook/remove";
import { rotate } from "@/features/deploy-hook/rotate";
import { Nothing } from "@/lib/shape";
import { may, router } from "@/rpc/procedure";

export const deployHookRouter = router({
  create: may("application:write", {
    summary: "Make an address that deploys an environment when it is called with its secret",
    answersSecret: true,
  })
    .input(CreateDeployHook)
    .output(CreatedDeployHook)
    .mutation(({ ctx, input }) => create(ctx.who, input)),

  all: may("application:read", { summary: "The deploy hooks of an environment" })
    .input(AllDeployHooks)
    .output(DeployHookList)
    .query(({ ctx, input }) => all(ctx.who, input)),

  rotate: may("application:write", {
    summary: "Replace the secret of a deploy hook; the former one ends at once",
    answersSecret: true,
  })
    .input(OneDeployHook)
    .output(CreatedDeployHook)
    .mutation(({ ctx, input }) => rotate(ctx.who, input)),

  remove: may("application:write", { summary: "Remove a deploy hook" })
    .input(OneDeployHook)
    .output(Nothing)
    .mutation(({ ctx, input }) => remove(ctx.who, input)),
});
