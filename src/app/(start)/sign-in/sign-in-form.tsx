"use client";
import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { StartCard } from "@/app/(start)/start-card";
import { DraftForm } from "@/client/draft-form";
import { signIn } from "@/client/sign-in";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { PasswordInput } from "@/ui/password-input";

export function SignInForm({ back }: { back: string }) {
  const attempt = useMutation({
    mutationFn: ({ email = "", password = "" }: Record<string, string>) => signIn(email, password),
    // A whole page load, so that nothing of an earlier account is left in memory.
    onSuccess: (refusal) => refusal === null && window.location.assign(back),
  });
  const done = attempt.isSuccess && attempt.data === null;
  return (
    <StartCard title="Sign in" foot={<Link href="/reset-password">Forgot the password?</Link>}>
      <DraftForm
        draft="sign-in"
        sent={done}
        focus="email"
        onSend={(values) => attempt.mutate(values)}
        busy={attempt.isPending || done}
      >
        <Field label="E-mail address">
          <Input name="email" type="email" autoComplete="username" required />
        </Field>
        <Field label="Password">
          <PasswordInput name="password" autoComplete="current-password" required />
        </Field>
        {attempt.data && <Alert tone="bad">{attempt.data}</Alert>}
        <Button type="submit" look="primary" size="large" busy={attempt.isPending || done}>
          Sign in
        </Button>
      </DraftForm>
    </StartCard>
  );
}
