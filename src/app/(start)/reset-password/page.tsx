import { RequestResetForm } from "@/app/(start)/reset-password/request-reset-form";
import { canMail } from "@/lib/mail";

export const metadata = { title: "Reset password" };

export default function RequestResetPage() {
  return <RequestResetForm mail={canMail()} />;
}
