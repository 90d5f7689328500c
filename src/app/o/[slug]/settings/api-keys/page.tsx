import { ApiKeysPage } from "@/app/o/[slug]/settings/api-keys/api-keys-page";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "API keys" };

export default async function Page() {
  await prefetch(trpc.apiKey.all.queryOptions({ limit: 100 }));
  return (
    <Hydrate>
      <ApiKeysPage />
    </Hydrate>
  );
}
