import { redirect } from "next/navigation";
import { activeOrganizationPath } from "@/client/server";

/** The start page is the overview of the organization that the session works in. */
export default async function StartPage() {
  redirect(await activeOrganizationPath());
}
