import { Account } from "@/app/account/account";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "Account" };

export default async function AccountPage() {
  await prefetch(trpc.user.me.queryOptions(), trpc.user.sessions.queryOptions());
  return (
    <Hydrate>
      <Account />
    </Hydrate>
  );
}
