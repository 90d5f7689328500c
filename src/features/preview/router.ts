import { all } from "@/features/preview/all";
import { approve } from "@/features/preview/approve";
import {
  AllPreviews,
  ApprovePreview,
  CreatePreview,
  OnePreview,
  Preview,
  PreviewList,
} from "@/features/preview/contract";
import { create } from "@/features/preview/create";
import { remove } from "@/features/preview/remove";
import { Nothing } from "@/lib/shape";
import { may, router } from "@/rpc/procedure";

export const previewRouter = router({
  all: may("application:read", { summary: "The previews of an application" })
    .input(AllPreviews)
    .output(PreviewList)
    .query(({ ctx, input }) => all(ctx.who, input)),

  create: may("deployment:run", { summary: "Make a preview of a branch or a pull request" })
    .input(CreatePreview)
    .output(Preview)
    .mutation(({ ctx, input }) => create(ctx.who, input)),

  approve: may("deployment:run", {
    summary: "Approve one commit of a fork, and deploy its preview without secrets",
  })
    .input(ApprovePreview)
    .output(Preview)
    .mutation(({ ctx, input }) => approve(ctx.who, input)),

  remove: may("deployment:run", { summary: "Remove a preview and its site" })
    .input(OnePreview)
    .output(Nothing)
    .mutation(({ ctx, input }) => remove(ctx.who, input)),
});
