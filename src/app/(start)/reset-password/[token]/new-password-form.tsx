"use client";
import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { StartCard } from "@/app/(start)/start-card";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { PasswordInput } from "@/ui/password-input";

export function NewPasswordForm({ token }: { token: string }) {
  const trpc = useTRPC();
  const reset = useMutation(trpc.user.resetPassword.mutationOptions());
  if (reset.isSuccess) {
    return (
      <StartCard title="Your password is changed">
        <Alert tone="good">All sessions of this account have ended.</Alert>
        <Button asChild look="primary" size="large">
          <Link href="/sign-in">Sign in</Link>
        </Button>
      </StartCard>
    );
  }
  return (
    <StartCard title="Choose a new password" foot={<Link href="/reset-password">Ask for another link</Link>}>
      <Form
        focus="newPassword"
        onSend={({ newPassword = "" }) => reset.mutate({ token, newPassword })}
        busy={reset.isPending}
      >
        <Field
          label="New password"
          help="At least 10 characters."
          error={issueOf(reset.error, "newPassword")}
        >
          <PasswordInput name="newPassword" autoComplete="new-password" required />
        </Field>
        <FormError error={reset.error} fields={["newPassword"]} />
        <Button type="submit" look="primary" size="large" busy={reset.isPending}>
          Change password
        </Button>
      </Form>
    </StartCard>
  );
}
