import { MembersPage } from "@/app/o/[slug]/settings/members/members-page";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "Members" };

export default async function Page() {
  await prefetch(trpc.member.all.queryOptions({ limit: 100 }), trpc.role.all.queryOptions());
  return (
    <Hydrate>
      <MembersPage />
    </Hydrate>
  );
}
