"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { StartCard } from "@/app/(start)/start-card";
import { DraftForm } from "@/client/draft-form";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { signIn } from "@/client/sign-in";
import { useTRPC } from "@/client/trpc";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { CopyField } from "@/ui/copy-button";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { PasswordInput } from "@/ui/password-input";
import { useUnloadQuestion } from "@/ui/unload-question";

const fields = ["setupToken", "name", "email", "password", "organizationName"] as const;

/** Make the owner and the first organization, and sign in. */
export function SetupForm() {
  const trpc = useTRPC();
  const [entry, setEntry] = useState<{ apiKey: string; signedIn: boolean } | null>(null);
  const setup = useMutation(trpc.setup.initialize.mutationOptions());
  async function send(values: Record<string, string>): Promise<void> {
    const { setupToken = "", name = "", email = "", password = "", organizationName = "" } = values;
    const input = { setupToken, name, email, password, organizationName };
    const done = await setup.mutateAsync(input).catch(() => null);
    if (done) setEntry({ apiKey: done.apiKey, signedIn: (await signIn(email, password)) === null });
  }
  if (entry) return <SetupDone {...entry} />;
  const issue = (field: string) => issueOf(setup.error, field);
  return (
    <StartCard
      title="Set up Slipway"
      hint="You become the owner of this instance and of its first organization."
    >
      <DraftForm
        draft="set-up"
        sent={setup.isSuccess}
        secret={["setupToken"]}
        focus="setupToken"
        onSend={send}
        busy={setup.isPending}
      >
        <Field
          label="Set-up token"
          help="Printed in the terminal where Slipway was started."
          error={issue("setupToken")}
        >
          <Input name="setupToken" autoComplete="off" spellCheck={false} className="font-mono" required />
        </Field>
        <Field label="Your name" error={issue("name")}>
          <Input name="name" autoComplete="name" required />
        </Field>
        <Field label="E-mail address" error={issue("email")}>
          <Input name="email" type="email" autoComplete="username" required />
        </Field>
        <Field label="Password" help="At least 10 characters." error={issue("password")}>
          <PasswordInput name="password" autoComplete="new-password" required />
        </Field>
        <Field
          label="Organization"
          help="Your company or team. It can be renamed."
          error={issue("organizationName")}
        >
          <Input name="organizationName" autoComplete="organization" required />
        </Field>
        <FormError error={setup.error} fields={fields} />
        <Button type="submit" look="primary" size="large" busy={setup.isPending}>
          Set up
        </Button>
      </DraftForm>
    </StartCard>
  );
}

function SetupDone({ apiKey, signedIn }: { apiKey: string; signedIn: boolean }) {
  const [isDone, setDone] = useState(false);
  useUnloadQuestion(!isDone);
  return (
    <StartCard title="Slipway is set up" hint="This API key may do everything. It is shown this once.">
      <CopyField text={apiKey} what="API key" />
      <Alert>Keep it for scripts, or leave it: keys are made and revoked under Settings, API keys.</Alert>
      <Button asChild look="primary" size="large">
        <a href={signedIn ? "/" : "/sign-in"} onClick={() => setDone(true)}>
          {signedIn ? "Continue" : "Sign in"}
        </a>
      </Button>
    </StartCard>
  );
}
