import { MembersPage } from "@/app/(app)/settings/members/members-page";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "Members" };

export default async function Page() {
  await prefetch(
    "/settings/members",
    trpc.member.all.queryOptions({ limit: 100 }),
    trpc.role.all.queryOptions(),
  );
  return (
    <Hydrate>
      <MembersPage />
    </Hydrate>
  );
}
