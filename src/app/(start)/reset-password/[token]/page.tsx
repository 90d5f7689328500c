import type { Metadata } from "next";
import { NewPasswordForm } from "@/app/(start)/reset-password/[token]/new-password-form";

// The address of this page is a secret: it must not travel on as a referrer.
export const metadata: Metadata = { title: "New password", referrer: "no-referrer" };

export default async function NewPasswordPage(props: { params: Promise<{ token: string }> }) {
  return <NewPasswordForm token={(await props.params).token} />;
}
