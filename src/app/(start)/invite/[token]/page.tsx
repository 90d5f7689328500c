import type { Metadata } from "next";
import { InviteForm } from "@/app/(start)/invite/[token]/invite-form";
import { peek, trpc } from "@/client/server";

// The address of this page is a secret: it must not travel on as a referrer.
export const metadata: Metadata = { title: "Invitation", referrer: "no-referrer" };

export default async function InvitePage(props: { params: Promise<{ token: string }> }) {
  const { token } = await props.params;
  const [preview, me] = await Promise.all([
    peek(trpc.member.previewInvite.queryOptions({ token })),
    peek(trpc.user.me.queryOptions()),
  ]);
  return <InviteForm token={token} preview={preview} signedInAs={me?.email ?? null} />;
}
