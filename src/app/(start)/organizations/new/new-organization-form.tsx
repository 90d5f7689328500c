"use client";
import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { StartCard } from "@/app/(start)/start-card";
import { DraftForm } from "@/client/draft-form";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { signOut } from "@/client/sign-in";
import { useTRPC } from "@/client/trpc";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";

/** @param first the person belongs to no organization yet, so there is no way back into the app */
export function NewOrganizationForm({ first }: { first: boolean }) {
  const trpc = useTRPC();
  const create = useMutation(
    trpc.organization.create.mutationOptions({ onSuccess: () => window.location.assign("/") }),
  );
  const busy = create.isPending || create.isSuccess;
  return (
    <StartCard
      title="New organization"
      hint="Providers, applications and members belong to one organization and are seen by no other."
      foot={
        first ? (
          <Button look="link" size="inline" onClick={signOut}>
            Sign out
          </Button>
        ) : (
          <Link href="/">Back</Link>
        )
      }
    >
      <DraftForm
        draft="organization"
        sent={create.isSuccess}
        focus="name"
        onSend={({ name = "" }) => create.mutate({ name })}
        busy={busy}
      >
        <Field label="Name" error={issueOf(create.error, "name")}>
          <Input name="name" autoComplete="organization" required />
        </Field>
        <FormError error={create.error} fields={["name"]} />
        <Button type="submit" look="primary" size="large" busy={busy}>
          Create organization
        </Button>
      </DraftForm>
    </StartCard>
  );
}
