import { NewOrganizationForm } from "@/app/(start)/organizations/new/new-organization-form";
import { read, trpc } from "@/client/server";

export const metadata = { title: "New organization" };

export default async function NewOrganizationPage() {
  const me = await read(trpc.user.me.queryOptions());
  return <NewOrganizationForm first={me.organization === null} />;
}
