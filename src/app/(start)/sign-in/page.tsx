import { redirect } from "next/navigation";
import { SignInForm } from "@/app/(start)/sign-in/sign-in-form";
import { returnPath } from "@/client/return-path";
import { peek, trpc } from "@/client/server";

export const metadata = { title: "Sign in" };

export default async function SignInPage(props: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const { next } = await props.searchParams;
  const back = returnPath(typeof next === "string" ? next : null);
  const [status, me] = await Promise.all([
    peek(trpc.setup.status.queryOptions()),
    peek(trpc.user.me.queryOptions()),
  ]);
  if (status && !status.initialized) redirect("/setup");
  if (me) redirect(back);
  return <SignInForm back={back} />;
}
