import { AuditPage } from "@/app/o/[slug]/settings/audit/audit-page";
import { firstAuditQuery, nextPage } from "@/app/o/[slug]/settings/audit/audit-query";
import { Hydrate, prefetchPages, trpc } from "@/client/server";

export const metadata = { title: "Audit" };

export default async function Page() {
  await prefetchPages(trpc.audit.all.infiniteQueryOptions(firstAuditQuery, nextPage));
  return (
    <Hydrate>
      <AuditPage />
    </Hydrate>
  );
}
