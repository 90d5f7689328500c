"use client";
import { useQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { ApiKeyTable } from "@/app/o/[slug]/settings/api-keys/api-key-table";
import { Loaded } from "@/client/loaded";
import { useTRPC } from "@/client/trpc";
import { useAddressDialog } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";

const CreateKeyDialog = dynamic(() =>
  import("@/app/o/[slug]/settings/api-keys/create-key-dialog").then((module) => module.CreateKeyDialog),
);

export function ApiKeysPage() {
  const trpc = useTRPC();
  const query = useQuery(trpc.apiKey.all.queryOptions({ limit: 100 }));
  const [dialog, open, close] = useAddressDialog();
  const create = (
    <Button look="primary" onClick={() => open("key")}>
      <Plus aria-hidden="true" />
      Create API key
    </Button>
  );
  return (
    <Section
      title="API keys"
      hint={
        <>
          For scripts and other programs: sent as <code className="font-mono text-sm">x-api-key</code>. The{" "}
          <a href="/docs/api" className="text-accent-ink underline">
            API reference
          </a>{" "}
          lists what can be called.
        </>
      }
      actions={query.data?.items.length ? create : undefined}
    >
      <Loaded query={query}>
        {(page) =>
          page.items.length > 0 ? (
            <ApiKeyTable keys={page.items} />
          ) : (
            <EmptyState icon={KeyRound} title="No API keys" action={create}>
              A key acts for you in this organization, with the permissions you tick.
            </EmptyState>
          )
        }
      </Loaded>
      {dialog === "key" && <CreateKeyDialog onClose={close} />}
    </Section>
  );
}
