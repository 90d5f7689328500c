import { NotificationsPage } from "@/app/(app)/settings/notifications/notifications-page";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "Notifications" };

export default async function Page() {
  await prefetch(
    "/settings/notifications",
    trpc.user.me.queryOptions(),
    trpc.notificationRecipient.list.queryOptions(),
  );
  return (
    <Hydrate>
      <NotificationsPage />
    </Hydrate>
  );
}
