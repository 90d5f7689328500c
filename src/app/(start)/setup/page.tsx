import { redirect } from "next/navigation";
import { SetupForm } from "@/app/(start)/setup/setup-form";
import { peek, trpc } from "@/client/server";

export const metadata = { title: "Set up" };

export default async function SetupPage() {
  const status = await peek(trpc.setup.status.queryOptions());
  if (status?.initialized) redirect("/sign-in");
  return <SetupForm />;
}
