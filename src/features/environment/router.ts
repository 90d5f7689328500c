import { Deployment } from "@/features/deployment/contract";
import { all } from "@/features/environment/all";
import {
  AllEnvironments,
  CreateEnvironment,
  Environment,
  EnvironmentList,
  PromoteEnvironment,
  RemoveEnvironment,
  UpdateEnvironment,
} from "@/features/environment/contract";
import { create } from "@/features/environment/create";
import { promote } from "@/features/environment/promote";
import { remove } from "@/features/environment/remove";
import { update } from "@/features/environment/update";
import { Nothing } from "@/lib/shape";
import { may, router } from "@/rpc/procedure";

export const environmentRouter = router({
  create: may("application:write", { summary: "Add an environment to an application" })
    .input(CreateEnvironment)
    .output(Environment)
    .mutation(({ ctx, input }) => create(ctx.who, input)),

  update: may("application:write", { summary: "Change an environment and its variables" })
    .input(UpdateEnvironment)
    .output(Environment)
    .mutation(({ ctx, input }) => update(ctx.who, input)),

  promote: may("deployment:run", { summary: "Publish here what another environment serves, without a build" })
    .input(PromoteEnvironment)
    .output(Deployment)
    .mutation(({ ctx, input }) => promote(ctx.who, input)),

  remove: may("application:delete", { summary: "Remove an environment and its site" })
    .input(RemoveEnvironment)
    .output(Nothing)
    .mutation(({ ctx, input }) => remove(ctx.who, input)),

  all: may("application:read", { summary: "The environments of an application" })
    .input(AllEnvironments)
    .output(EnvironmentList)
    .query(({ ctx, input }) => all(ctx.who, input)),
});
