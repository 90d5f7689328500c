import { ApiKeysPage } from "@/app/(app)/settings/api-keys/api-keys-page";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "API keys" };

export default async function Page() {
  await prefetch("/settings/api-keys", trpc.apiKey.all.queryOptions({ limit: 100 }));
  return (
    <Hydrate>
      <ApiKeysPage />
    </Hydrate>
  );
}
