"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { PlugZap } from "lucide-react";
import dynamic from "next/dynamic";
import type { ReactNode } from "react";
import { MethodGone } from "@/app/o/[slug]/providers/_credential/method-gone";
import { PutBack } from "@/app/o/[slug]/providers/_credential/put-back";
import { ReportSkeleton, ReportView } from "@/app/o/[slug]/providers/_report/report-view";
import { ConnectButton } from "@/app/o/[slug]/providers/[id]/connect-button";
import { Expiry } from "@/client/expiry";
import { FormError } from "@/client/form-error";
import { useProviderCall } from "@/client/provider-call";
import { useTRPC } from "@/client/trpc";
import { ownFields, typeIdOf } from "@/client/use-repositories";
import type { GitProviderDetail, GitProviderType } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { HostLink } from "@/ui/host-link";
import { Notice } from "@/ui/notice";
import { RelativeTime } from "@/ui/relative-time";

// Only what signs in with a key has one to show.
const SshIdentity = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/ssh-identity").then((module) => module.SshIdentity),
);

interface Props {
  provider: GitProviderDetail;
  type: GitProviderType;
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-0.5">
      <dt className="text-sm text-soft">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

/** The plain settings, by the labels of their fields. */
function settingsOf({ provider, type }: Props): { label: string; value: string }[] {
  const fields = ownFields(type, provider);
  const method = type.methods[provider.authMethod];
  return (method?.fields ?? [])
    .filter((field) => !field.secret && field.kind !== "multiline" && fields[field.name])
    .map((field) => ({ label: field.label, value: String(fields[field.name]) }));
}

function Facts({ provider, type }: Props) {
  const { account, health } = provider;
  return (
    <Card className="p-5">
      <dl className="grid gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
        {settingsOf({ provider, type }).map(({ label, value }) => (
          <Fact key={label} label={label}>
            {/^https?:/.test(value) ? <HostLink href={value}>{value}</HostLink> : value}
          </Fact>
        ))}
        <Fact label="Account">
          {account ? (
            <HostLink href={account.url}>{account.name}</HostLink>
          ) : (
            <span className="text-soft">{health.checkedAt ? "not told by the host" : "not known yet"}</span>
          )}
        </Fact>
        <Fact label="Method">{type.methods[provider.authMethod]?.label ?? provider.authMethod}</Fact>
        <Fact label="Credential expires">
          <Expiry health={health} />
        </Fact>
        <Fact label="Last used">
          {provider.lastUsedAt ? (
            <RelativeTime at={provider.lastUsedAt} />
          ) : (
            <span className="text-soft">never</span>
          )}
        </Fact>
      </dl>
    </Card>
  );
}

/** Where the provider leads, how it did, and the test to know it now. */
export function Connection({ provider, type, mayTest }: Props & { mayTest: boolean }) {
  const call = useProviderCall();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const test = useMutation({
    mutationFn: () => call.mutate(type.type, "testConnection", typeIdOf(type, provider)),
    onSettled: () => queries.invalidateQueries(trpc.gitProvider.pathFilter()),
  });
  const { health } = provider;
  const inBrowser = type.methods[provider.authMethod]?.kind === "redirect";
  const report = test.data ?? provider.report;
  // What the host has ended does not work when it is put back.
  const replacesEnded = Boolean(type.methods[provider.previousCredential?.authMethod ?? ""]?.removed);
  // What was learnt since the last test: a refused credential, or an end that has come near.
  const clean = !report || report.checks.every((check) => check.status === "pass" || check.status === "skip");
  const troubled = clean && health.reason && (health.state === "broken" || health.state === "warning");
  return (
    <div className="grid gap-5">
      <MethodGone provider={provider} type={type} mayWrite={mayTest} />
      {mayTest && !replacesEnded && <PutBack provider={provider} />}
      <Facts provider={provider} type={type} />
      {Boolean(ownFields(type, provider).publicKey) && (
        <SshIdentity
          provider={provider}
          type={type}
          mayChange={mayTest}
          changed={report?.checks.some(({ id, status }) => id === "tls" && status === "fail")}
          onTrust={() => test.mutate()}
        />
      )}
      <div className="flex flex-wrap items-center gap-3">
        {mayTest && <ConnectButton provider={provider} type={type} />}
        {mayTest && (
          <Button
            look={report || inBrowser ? "secondary" : "primary"}
            busy={test.isPending}
            onClick={() => test.mutate()}
          >
            <PlugZap aria-hidden="true" />
            {report ? "Test again" : "Test connection"}
          </Button>
        )}
        {health.checkedAt && (
          <span className="text-soft">
            checked <RelativeTime at={health.checkedAt} />
          </span>
        )}
      </div>
      {inBrowser && health.state === "pending" && health.reason && <Notice>{health.reason.message}</Notice>}
      {troubled && !test.isPending && (
        <Notice
          tone={health.state === "broken" ? "bad" : "warn"}
          title={health.state === "broken" ? "It does not work now" : "It needs attention"}
        >
          {health.reason?.message}
        </Notice>
      )}
      <FormError error={test.error} />
      <div aria-live="polite">
        {test.isPending ? <ReportSkeleton /> : report && <ReportView report={report} />}
      </div>
    </div>
  );
}
