"use client";
import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { StartCard } from "@/app/(start)/start-card";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";
import { Notice } from "@/ui/notice";

export function RequestResetForm() {
  const trpc = useTRPC();
  const request = useMutation(trpc.user.requestPasswordReset.mutationOptions());
  return (
    <StartCard
      title="Reset your password"
      hint="Enter the address you sign in with. If it belongs to an account, a link is sent to it."
      foot={<Link href="/sign-in">Back to sign in</Link>}
    >
      {request.isSuccess ? (
        <Notice tone="good" title="Check your inbox">
          <p>
            The link works for one hour. No message? This instance may have no e-mail: the person who runs it
            can print a link with{" "}
            <code className="font-mono text-sm">npm run user -- reset your@address</code>.
          </p>
        </Notice>
      ) : (
        <Form focus="email" onSend={({ email = "" }) => request.mutate({ email })} busy={request.isPending}>
          <Field label="E-mail address" error={issueOf(request.error, "email")}>
            <Input name="email" type="email" autoComplete="username" required />
          </Field>
          <FormError error={request.error} fields={["email"]} />
          <Button type="submit" look="primary" size="large" busy={request.isPending}>
            Send the link
          </Button>
        </Form>
      )}
    </StartCard>
  );
}
