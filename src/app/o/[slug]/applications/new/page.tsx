import { NewApplication } from "@/app/o/[slug]/applications/new/new-application";
import { Hydrate, prefetch, trpc } from "@/client/server";
import { env } from "@/lib/env";

export const metadata = { title: "New application" };

export default async function NewApplicationPage() {
  await prefetch(trpc.gitProvider.getAll.queryOptions(), trpc.gitProvider.types.queryOptions());
  const { sitesUrl, buildCommands } = env();
  return (
    <Hydrate>
      <NewApplication sitesUrl={sitesUrl} commands={buildCommands === "host"} />
    </Hydrate>
  );
}
