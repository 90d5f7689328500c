import { body } from "@/features/delivery/body";
import {
  AllDeliveries,
  Delivery,
  DeliveryBody,
  DeliveryList,
  DryRun,
  DryRunResult,
  OneDelivery,
  Replayed,
  ReplayMany,
  RulesPreview,
  RulesPreviewResult,
} from "@/features/delivery/contract";
import { deliveries } from "@/features/delivery/deliveries";
import { delivery } from "@/features/delivery/delivery";
import { dryRun } from "@/features/delivery/dry-run";
import { replay, replayMany } from "@/features/delivery/replay";
import { rulesPreview } from "@/features/delivery/rules-preview";
import { hookProcedures } from "@/features/webhook/procedures";
import { may, router } from "@/rpc/procedure";

export const webhookRouter = router({
  ...hookProcedures,

  deliveries: may("webhook:read", { summary: "What hosts delivered and what came of it, newest first" })
    .input(AllDeliveries)
    .output(DeliveryList)
    .query(({ ctx, input }) => deliveries(ctx.who, input)),

  delivery: may("webhook:read", { summary: "One delivery with every rule that was looked at" })
    .input(OneDelivery)
    .output(Delivery)
    .query(({ ctx, input }) => delivery(ctx.who, input)),

  body: may("webhook:read", { summary: "The body of a delivery, without secrets" })
    .input(OneDelivery)
    .output(DeliveryBody)
    .query(({ ctx, input }) => body(ctx.who, input)),

  replay: may("webhook:write", { summary: "Have a delivery decided anew" })
    .input(OneDelivery)
    .output(Delivery)
    .mutation(({ ctx, input }) => replay(ctx.who, input)),

  replayMany: may("webhook:write", { summary: "Have several deliveries decided anew" })
    .input(ReplayMany)
    .output(Replayed)
    .mutation(({ ctx, input }) => replayMany(ctx.who, input)),

  dryRun: may("webhook:read", { summary: "What a push, a tag, a commit or a request would do now" })
    .input(DryRun)
    .output(DryRunResult)
    .query(({ ctx, input }) => dryRun(ctx.who, input)),

  rulesPreview: may("webhook:read", { summary: "What the newest commits would do under rules not saved yet" })
    .input(RulesPreview)
    .output(RulesPreviewResult)
    .query(({ ctx, input }) => rulesPreview(ctx.who, input)),
});
