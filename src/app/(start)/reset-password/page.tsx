import { RequestResetForm } from "@/app/(start)/reset-password/request-reset-form";

export const metadata = { title: "Reset password" };

export default function RequestResetPage() {
  return <RequestResetForm />;
}
