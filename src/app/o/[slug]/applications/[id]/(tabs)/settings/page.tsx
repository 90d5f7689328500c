import { ApplicationSettings } from "@/app/o/[slug]/applications/[id]/(tabs)/settings/application-settings";
import { env } from "@/lib/env";

export const metadata = { title: "Application settings" };

type Props = { params: Promise<{ id: string }> };

export default async function Page({ params }: Props) {
  const { id } = await params;
  const { sitesUrl, buildCommands } = env();
  return <ApplicationSettings applicationId={id} sitesUrl={sitesUrl} commands={buildCommands === "host"} />;
}
