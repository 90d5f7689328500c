import { AuditPage } from "@/app/(app)/settings/audit/audit-page";
import { firstQuestion, nextPage } from "@/app/(app)/settings/audit/question";
import { Hydrate, prefetchPages, trpc } from "@/client/server";

export const metadata = { title: "Audit" };

export default async function Page() {
  await prefetchPages("/settings/audit", trpc.audit.all.infiniteQueryOptions(firstQuestion, nextPage));
  return (
    <Hydrate>
      <AuditPage />
    </Hydrate>
  );
}
