"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { ChosenRepository } from "@/app/o/[slug]/applications/_source/chosen-repository";
import type { Source } from "@/app/o/[slug]/applications/_source/source";
import { useSource } from "@/app/o/[slug]/applications/[id]/use-source";
import { useUpdate } from "@/app/o/[slug]/applications/[id]/use-update";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import { replaceQuery, useAddressDialog } from "@/ui/address-state";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";

const RepositoryPicker = dynamic(() =>
  import("@/app/o/[slug]/applications/_source/repository-picker").then((module) => module.RepositoryPicker),
);

/** Where the code comes from, and another place to take it from. */
export function RepositorySettings({
  application,
  disabled,
}: {
  application: Application;
  disabled: boolean;
}) {
  const { applicationId, repository } = application;
  const { provider } = useSource(application);
  const [dialog, open, close] = useAddressDialog();
  const choosing = dialog === "repository" && !disabled;
  const [wish, setWish] = useState<Source | null>(null);
  const update = useUpdate("Repository changed; the next deployment uses it", () => setWish(null));
  function save({ provider: chosen, repository: picked, token }: Source): void {
    const place = token ? picked.url : picked.fullName;
    update.mutate({ applicationId, gitProviderId: chosen?.gitProviderId, repository: place, ...token });
  }
  return (
    <Section title="Repository" hint="Where the code comes from.">
      {choosing ? (
        <Choose
          application={application}
          onPick={(source) => {
            setWish(source);
            close();
          }}
          onCancel={() => {
            replaceQuery({ search: undefined });
            close();
          }}
        />
      ) : (
        <ChosenRepository
          source={wish ?? { provider, repository }}
          onChange={disabled ? undefined : () => open("repository")}
        />
      )}
      {wish && !choosing && (
        <>
          <Alert tone="warn" title="The next deployment takes its code from here">
            Environments keep the names of their branches; change those that this repository does not have.
            What is published now stays until then.
          </Alert>
          <FormError error={update.error} />
          <div className="flex flex-wrap gap-2">
            <Button look="primary" busy={update.isPending} onClick={() => save(wish)}>
              Save repository
            </Button>
            <Button onClick={() => setWish(null)}>Keep {repository.fullName}</Button>
          </div>
        </>
      )}
    </Section>
  );
}

function Choose(props: { application: Application; onPick(source: Source): void; onCancel(): void }) {
  const trpc = useTRPC();
  const all = useQuery(trpc.gitProvider.getAll.queryOptions()).data ?? [];
  const providers = all.filter((each) => each.status === "active");
  const [providerId, setProviderId] = useState(props.application.gitProviderId);
  const provider = providers.find((each) => each.gitProviderId === providerId) ?? providers[0];
  return (
    <Card className="grid gap-4 p-5">
      {provider ? (
        <RepositoryPicker
          providers={providers}
          provider={provider}
          onProvider={setProviderId}
          onPick={props.onPick}
        />
      ) : (
        <p>No provider is active.</p>
      )}
      <Button className="justify-self-start" onClick={props.onCancel}>
        Cancel
      </Button>
    </Card>
  );
}
