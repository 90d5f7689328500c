import { OrganizationSettings } from "@/app/o/[slug]/settings/organization-settings";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "Settings" };

export default async function SettingsPage() {
  await prefetch(trpc.user.me.queryOptions());
  return (
    <Hydrate>
      <OrganizationSettings />
    </Hydrate>
  );
}
