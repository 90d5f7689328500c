"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { PasswordForm } from "@/app/account/password-form";
import { Sessions } from "@/app/account/sessions";
import { DraftForm } from "@/client/draft-form";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useMe } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import type { Me } from "@/features/user/contract";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { PageHeader } from "@/ui/page-header";
import { toastSuccess } from "@/ui/toast";

const names = ["firstName", "lastName", "username"] as const;

export function Account() {
  const me = useMe();
  return (
    <>
      <PageHeader title="Account" hint={me?.email} />
      <div className="grid max-w-2xl gap-10">
        {me && <Profile me={me} />}
        <PasswordForm email={me?.email ?? ""} />
        <Sessions />
      </div>
    </>
  );
}

function Profile({ me }: { me: Me }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const update = useMutation(
    trpc.user.updateProfile.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries(trpc.user.me.pathFilter());
        toastSuccess("Profile saved");
      },
    }),
  );
  const issue = (name: string) => issueOf(update.error, name);
  return (
    <Section title="Profile">
      <Card className="p-5">
        <DraftForm
          draft="profile"
          sent={update.isSuccess}
          busy={update.isPending}
          onSend={({ firstName, lastName, username }) =>
            update.mutate({ firstName, lastName, username: username || null })
          }
        >
          <div className="grid gap-5 sm:grid-cols-2">
            <Field label="First name" error={issue("firstName")}>
              <Input name="firstName" defaultValue={me.firstName} autoComplete="given-name" />
            </Field>
            <Field label="Last name" error={issue("lastName")}>
              <Input name="lastName" defaultValue={me.lastName} autoComplete="family-name" />
            </Field>
          </div>
          <Field label="User name" optional error={issue("username")}>
            <Input name="username" defaultValue={me.username ?? ""} autoComplete="off" spellCheck={false} />
          </Field>
          <FormError error={update.error} fields={names} />
          <Button type="submit" look="primary" className="justify-self-start" busy={update.isPending}>
            Save profile
          </Button>
        </DraftForm>
      </Card>
    </Section>
  );
}
