import { NoticesPage } from "@/app/(app)/settings/notices/notices-page";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "Notices" };

export default async function Page() {
  await prefetch("/settings/notices", trpc.user.me.queryOptions(), trpc.noticeTarget.list.queryOptions());
  return (
    <Hydrate>
      <NoticesPage />
    </Hydrate>
  );
}
