import { all } from "@/features/application/all";
import {
  AllApplications,
  Application,
  ApplicationList,
  CreateApplication,
  DeployApplication,
  DeployResult,
  OneApplication,
  UpdateApplication,
} from "@/features/application/contract";
import { create } from "@/features/application/create";
import { deploy } from "@/features/application/deploy";
import { one } from "@/features/application/one";
import { remove } from "@/features/application/remove";
import { update } from "@/features/application/update";
import { RemovalReport } from "@/features/git-provider/contract";
import { may, router } from "@/rpc/procedure";

export const applicationRouter = router({
  create: may("application:write", { summary: "Make an application from a repository" })
    .input(CreateApplication)
    .output(Application)
    .mutation(({ ctx, input }) => create(ctx.who, input)),

  one: may("application:read", { summary: "One application with its environments" })
    .input(OneApplication)
    .output(Application)
    .query(({ ctx, input }) => one(ctx.who, input)),

  all: may("application:read", { summary: "The applications, newest first" })
    .input(AllApplications)
    .output(ApplicationList)
    .query(({ ctx, input }) => all(ctx.who, input)),

  update: may("application:write", { summary: "Change an application" })
    .input(UpdateApplication)
    .output(Application)
    .mutation(({ ctx, input }) => update(ctx.who, input)),

  remove: may("application:delete", { summary: "Remove an application and its sites" })
    .input(OneApplication)
    .output(RemovalReport)
    .mutation(({ ctx, input }) => remove(ctx.who, input)),

  deploy: may("deployment:run", { summary: "Deploy an environment" })
    .input(DeployApplication)
    .output(DeployResult)
    .mutation(({ ctx, input }) => deploy(ctx.who, input)),
});
