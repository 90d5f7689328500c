import { OrganizationSettings } from "@/app/(app)/settings/organization-settings";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "Settings" };

export default async function SettingsPage() {
  await prefetch("/settings", trpc.user.me.queryOptions());
  return (
    <Hydrate>
      <OrganizationSettings />
    </Hydrate>
  );
}
