import {
  CreatedNoticeTarget,
  CreateNoticeTarget,
  NoticeTargetList,
  OneNoticeTarget,
} from "@/features/notice/contract";
import { createTarget } from "@/features/notice/create";
import { listTargets } from "@/features/notice/list";
import { removeTarget } from "@/features/notice/remove";
import { sendTest } from "@/features/notice/send-test";
import { Nothing } from "@/lib/shape";
import { may, router } from "@/rpc/procedure";

export const noticeTargetRouter = router({
  list: may("organization:write", {
    summary: "Where the organization is told of expiring and broken providers",
  })
    .output(NoticeTargetList)
    .query(({ ctx }) => listTargets(ctx.who)),

  create: may("organization:write", {
    summary: "Be told by e-mail or webhook; the signing secret is shown this once",
    answersSecret: true,
  })
    .input(CreateNoticeTarget)
    .output(CreatedNoticeTarget)
    .mutation(({ ctx, input }) => createTarget(ctx.who, input)),

  remove: may("organization:write", { summary: "Tell a target nothing more" })
    .input(OneNoticeTarget)
    .output(Nothing)
    .mutation(({ ctx, input }) => removeTarget(ctx.who, input)),

  test: may("organization:write", { summary: "Send an example to a target and wait for how it went" })
    .input(OneNoticeTarget)
    .output(Nothing)
    .mutation(({ ctx, input }) => sendTest(ctx.who, input)),
});
