import {
  CreatedNotificationRecipient,
  CreateNotificationRecipient,
  NotificationRecipientList,
  OneNotificationRecipient,
} from "@/features/notification/contract";
import { createRecipient } from "@/features/notification/create";
import { listRecipients } from "@/features/notification/list";
import { removeRecipient } from "@/features/notification/remove";
import { sendTest } from "@/features/notification/send-test";
import { Nothing } from "@/lib/shape";
import { may, router } from "@/rpc/procedure";

export const notificationRecipientRouter = router({
  list: may("organization:write", {
    summary: "Who is notified of expiring and broken providers",
  })
    .output(NotificationRecipientList)
    .query(({ ctx }) => listRecipients(ctx.who)),

  create: may("organization:write", {
    summary: "Be notified by e-mail or webhook; the signing secret is shown this once",
    answersSecret: true,
  })
    .input(CreateNotificationRecipient)
    .output(CreatedNotificationRecipient)
    .mutation(({ ctx, input }) => createRecipient(ctx.who, input)),

  remove: may("organization:write", { summary: "Send nothing more to a recipient" })
    .input(OneNotificationRecipient)
    .output(Nothing)
    .mutation(({ ctx, input }) => removeRecipient(ctx.who, input)),

  test: may("organization:write", { summary: "Send an example to a recipient and wait for how it went" })
    .input(OneNotificationRecipient)
    .output(Nothing)
    .mutation(({ ctx, input }) => sendTest(ctx.who, input)),
});
