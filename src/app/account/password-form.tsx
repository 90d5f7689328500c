"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { PasswordInput } from "@/ui/password-input";
import { toastSuccess } from "@/ui/toast";

const fields = ["currentPassword", "newPassword"] as const;

export function PasswordForm({ email }: { email: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  // A new React key empties the inputs after the password was changed.
  const [round, setRound] = useState(0);
  const change = useMutation(
    trpc.user.changePassword.mutationOptions({
      onSuccess: async () => {
        setRound(round + 1);
        toastSuccess("Password changed");
        await queries.invalidateQueries(trpc.user.sessions.pathFilter());
      },
    }),
  );
  return (
    <Section title="Password" hint="Changing it ends all other sessions.">
      <Card className="p-5">
        <Form
          key={round}
          busy={change.isPending}
          onSend={({ currentPassword = "", newPassword = "" }) =>
            change.mutate({ currentPassword, newPassword })
          }
        >
          <input type="hidden" autoComplete="username" value={email} readOnly />
          <Field label="Current password" error={issueOf(change.error, "currentPassword")}>
            <PasswordInput name="currentPassword" autoComplete="current-password" required />
          </Field>
          <Field
            label="New password"
            help="At least 10 characters."
            error={issueOf(change.error, "newPassword")}
          >
            <PasswordInput name="newPassword" autoComplete="new-password" required />
          </Field>
          <FormError error={change.error} fields={fields} />
          <Button type="submit" look="primary" className="justify-self-start" busy={change.isPending}>
            Change password
          </Button>
        </Form>
      </Card>
    </Section>
  );
}
