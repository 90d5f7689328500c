import { AuditPage } from "@/app/o/[slug]/settings/audit/audit-page";
import { firstQuestion, nextPage } from "@/app/o/[slug]/settings/audit/question";
import { Hydrate, prefetchPages, trpc } from "@/client/server";

export const metadata = { title: "Audit" };

export default async function Page() {
  await prefetchPages(trpc.audit.all.infiniteQueryOptions(firstQuestion, nextPage));
  return (
    <Hydrate>
      <AuditPage />
    </Hydrate>
  );
}
