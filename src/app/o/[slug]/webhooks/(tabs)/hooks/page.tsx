import { HooksPage } from "@/app/o/[slug]/webhooks/(tabs)/hooks/hooks-page";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "Hooks" };

export default async function Page() {
  await prefetch(trpc.webhook.all.queryOptions({}));
  return (
    <Hydrate>
      <HooksPage />
    </Hydrate>
  );
}
