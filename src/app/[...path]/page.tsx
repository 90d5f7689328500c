import { notFound, redirect } from "next/navigation";
import { activeOrganizationPath, pagePath } from "@/client/server";

/** Pages whose address named no organization once: bookmarks and old mails lead to the active one's. */
const moved = ["applications", "providers", "settings"];

export default async function MovedPage({ params }: { params: Promise<{ path: string[] }> }) {
  const [section = ""] = (await params).path;
  if (!moved.includes(section)) notFound();
  redirect((await activeOrganizationPath()) + (await pagePath()));
}
