import { z } from "zod";
import { all } from "@/features/deployment/all";
import { cancel } from "@/features/deployment/cancel";
import {
  AllDeployments,
  Deployment,
  DeploymentList,
  DeploymentLogs,
  LogPage,
  OneDeployment,
  WatchDeployment,
} from "@/features/deployment/contract";
import { logs } from "@/features/deployment/logs";
import { one } from "@/features/deployment/one";
import { retry } from "@/features/deployment/retry";
import { rollback } from "@/features/deployment/rollback";
import { type TrackedEvent, watch } from "@/features/deployment/watch";
import { may, router } from "@/rpc/procedure";

/** Each event is built to `DeploymentEvent`; what is checked here is that it is a stream at all. */
const Events = z.custom<AsyncIterable<TrackedEvent, void, unknown>>(
  (value) => typeof value === "object" && value !== null && Symbol.asyncIterator in value,
);

export const deploymentRouter = router({
  one: may("deployment:read", { summary: "One deployment with its steps" })
    .input(OneDeployment)
    .output(Deployment)
    .query(({ ctx, input }) => one(ctx.who, input)),

  all: may("deployment:read", { summary: "Deployments, newest first" })
    .input(AllDeployments)
    .output(DeploymentList)
    .query(({ ctx, input }) => all(ctx.who, input)),

  logs: may("deployment:read", { summary: "The log of a deployment, page by page" })
    .input(DeploymentLogs)
    .output(LogPage)
    .query(({ ctx, input }) => logs(ctx.who, input)),

  watch: may("deployment:read", { summary: "Follow a deployment live until it ends" })
    .input(WatchDeployment)
    .output(Events)
    .subscription(({ ctx, input, signal }) => watch(ctx.who, input, signal)),

  cancel: may("deployment:run", { summary: "Stop a deployment" })
    .input(OneDeployment)
    .output(Deployment)
    .mutation(({ ctx, input }) => cancel(ctx.who, input)),

  retry: may("deployment:run", { summary: "Deploy the same commit once more" })
    .input(OneDeployment)
    .output(Deployment)
    .mutation(({ ctx, input }) => retry(ctx.who, input)),

  rollback: may("deployment:run", { summary: "Publish an earlier deployment again" })
    .input(OneDeployment)
    .output(Deployment)
    .mutation(({ ctx, input }) => rollback(ctx.who, input)),
});
