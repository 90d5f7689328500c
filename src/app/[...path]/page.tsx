import { notFound, redirect } from "next/navigation";
import { activeOrganizationPath, pagePath } from "@/client/server";

/** Addresses without an organization, from bookmarks, e-mails and chats: they redirect to the active organization. */
const moved = ["applications", "providers", "webhooks", "settings"];

export default async function MovedPage({ params }: { params: Promise<{ path: string[] }> }) {
  const [section = ""] = (await params).path;
  if (!moved.includes(section)) notFound();
  redirect((await activeOrganizationPath()) + (await pagePath()));
}
