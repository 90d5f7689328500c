import { NotificationsPage } from "@/app/o/[slug]/settings/notifications/notifications-page";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "Notifications" };

export default async function Page() {
  await prefetch(trpc.user.me.queryOptions(), trpc.notificationRecipient.list.queryOptions());
  return (
    <Hydrate>
      <NotificationsPage />
    </Hydrate>
  );
}
