import { notFound, redirect } from "next/navigation";
import { activeOrganizationPath, pagePath } from "@/client/server";

/** Addresses from before they named an organization, as bookmarks and old mails hold: they redirect to the active one. */
const moved = ["applications", "providers", "settings"];

export default async function MovedPage({ params }: { params: Promise<{ path: string[] }> }) {
  const [section = ""] = (await params).path;
  if (!moved.includes(section)) notFound();
  redirect((await activeOrganizationPath()) + (await pagePath()));
}
