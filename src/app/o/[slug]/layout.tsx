import type { ReactNode } from "react";
import { Shell } from "@/app/_shell/shell";
import { OrganizationProvider } from "@/client/organization";
import { Hydrate, peek, prefetch, trpc } from "@/client/server";

/**
 * The frame of every page of an organization. Opening one makes it the organization that the session works in; for
 * everybody who does not belong to it there is no such page.
 */
export default async function OrganizationLayout({ children }: { children: ReactNode }) {
  await prefetch(trpc.user.me.queryOptions(), trpc.organization.list.queryOptions());
  const organization = (await peek(trpc.user.me.queryOptions()))?.organization;
  if (!organization) return children;
  return (
    <OrganizationProvider key={organization.organizationId} organization={organization}>
      <Hydrate>
        <Shell>{children}</Shell>
      </Hydrate>
    </OrganizationProvider>
  );
}
