"use client";
import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { StartCard } from "@/app/(start)/start-card";
import { DraftForm } from "@/client/draft-form";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";

/** @param mail whether this instance sends e-mail: without, a link is made by the person who runs it */
export function RequestResetForm({ mail }: { mail: boolean }) {
  const trpc = useTRPC();
  const request = useMutation(trpc.user.requestPasswordReset.mutationOptions());
  if (!mail || request.data?.mail === false) {
    return (
      <StartCard title="Reset your password" foot={<Link href="/sign-in">Back to sign in</Link>}>
        <Alert tone="warn" title="This Slipway sends no e-mail">
          <p>
            So no link can be sent to you. Ask the person who runs this Slipway: with{" "}
            <code className="font-mono text-sm">npm run user -- reset your@address</code> they print a link
            that sets a new password and works for one hour.
          </p>
        </Alert>
      </StartCard>
    );
  }
  return (
    <StartCard
      title="Reset your password"
      hint="Enter the address you sign in with. If it belongs to an account, a link is sent to it."
      foot={<Link href="/sign-in">Back to sign in</Link>}
    >
      {request.isSuccess ? (
        <Alert tone="good" title="Check your inbox">
          <p>
            If an account has this address, a link that works for one hour is on its way. No message? Look
            among the unwanted ones, or ask the person who runs this Slipway for a link.
          </p>
        </Alert>
      ) : (
        <DraftForm
          draft="reset"
          sent={request.isSuccess}
          focus="email"
          onSend={({ email = "" }) => request.mutate({ email })}
          busy={request.isPending}
        >
          <Field label="E-mail address" error={issueOf(request.error, "email")}>
            <Input name="email" type="email" autoComplete="username" required />
          </Field>
          <FormError error={request.error} fields={["email"]} />
          <Button type="submit" look="primary" size="large" busy={request.isPending}>
            Send the link
          </Button>
        </DraftForm>
      )}
    </StartCard>
  );
}
