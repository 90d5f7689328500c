"use client";
import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { StartCard } from "@/app/(start)/start-card";
import { DraftForm } from "@/client/draft-form";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { signInPath } from "@/client/return-path";
import { signIn, signOut } from "@/client/sign-in";
import { useTRPC } from "@/client/trpc";
import type { InvitePreviewResult } from "@/features/member/contract";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { PasswordInput } from "@/ui/password-input";

/** Join an organization: with a new account, or as the account the invitation was sent to. */
export function InviteForm(props: {
  token: string;
  preview: InvitePreviewResult | null;
  signedInAs: string | null;
}) {
  const { preview, signedInAs, token } = props;
  if (!preview) {
    return (
      <StartCard title="This invitation cannot be used" foot={<Link href="/">Go to Slipway</Link>}>
        <Alert tone="warn">
          It was used already, withdrawn, or has expired. Ask the person who sent it for a new link.
        </Alert>
      </StartCard>
    );
  }
  const hint = `You were invited as ${preview.roleName} with the address ${preview.email}.`;
  return (
    <StartCard title={`Join ${preview.organizationName}`} hint={hint}>
      {signedInAs && signedInAs !== preview.email ? (
        <Alert
          tone="warn"
          title={`You are signed in as ${signedInAs}`}
          actions={<Button onClick={signOut}>Sign out</Button>}
        >
          The invitation is for {preview.email}. Sign out, then open the link again.
        </Alert>
      ) : preview.hasAccount && !signedInAs ? (
        <Button asChild look="primary" size="large">
          <Link href={signInPath(`/invite/${token}`)}>Sign in to accept</Link>
        </Button>
      ) : (
        <Accept token={token} preview={preview} />
      )}
    </StartCard>
  );
}

function Accept({ token, preview }: { token: string; preview: InvitePreviewResult }) {
  const trpc = useTRPC();
  const accept = useMutation(trpc.member.acceptInvite.mutationOptions());
  async function send({ name, password }: Record<string, string>): Promise<void> {
    const account = preview.hasAccount ? {} : { name, password };
    const joined = await accept.mutateAsync({ token, ...account }).catch(() => null);
    if (!joined) return;
    const refusal = password ? await signIn(joined.email, password) : null;
    window.location.assign(refusal === null ? "/" : "/sign-in");
  }
  const busy = accept.isPending || accept.isSuccess;
  return (
    <DraftForm draft="account" sent={accept.isSuccess} focus="name" onSend={send} busy={busy}>
      {!preview.hasAccount && (
        <>
          <Field label="Your name" error={issueOf(accept.error, "name")}>
            <Input name="name" autoComplete="name" required />
          </Field>
          <input type="hidden" autoComplete="username" value={preview.email} readOnly />
          <Field label="Password" help="At least 10 characters." error={issueOf(accept.error, "password")}>
            <PasswordInput name="password" autoComplete="new-password" required />
          </Field>
        </>
      )}
      <FormError error={accept.error} fields={["name", "password"]} />
      <Button type="submit" look="primary" size="large" busy={busy}>
        Join {preview.organizationName}
      </Button>
    </DraftForm>
  );
}
