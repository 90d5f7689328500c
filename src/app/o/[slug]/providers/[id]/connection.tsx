"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link2, PlugZap } from "lucide-react";
import dynamic from "next/dynamic";
import type { ReactNode } from "react";
import { ReportSkeleton, ReportView } from "@/app/o/[slug]/providers/_report/report-view";
import { Expiry } from "@/client/expiry";
import { FormError } from "@/client/form-error";
import { useProviderCall } from "@/client/provider-call";
import { useTRPC } from "@/client/trpc";
import { typeFields, typeIdOf } from "@/client/use-repositories";
import type { GitProviderDetail, GitProviderType } from "@/features/git-provider/contract";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { HostLink } from "@/ui/host-link";
import { Link } from "@/ui/link";
import { RelativeTime } from "@/ui/relative-time";

// Loaded only for providers that have what they show: a method that its host removed, a replaced credential, an SSH key.
const RemovedMethod = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/removed-method").then((module) => module.RemovedMethod),
);
const RestoreCredential = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/restore-credential").then(
    (module) => module.RestoreCredential,
  ),
);
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
  const fields = typeFields(type, provider);
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
        {provider.authorities.map(({ subject, validTo }) => (
          <Fact key={subject} label="Certificate authority">
            {subject}, valid until {validTo.slice(0, 10)}
          </Fact>
        ))}
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

/** Address and account of the provider, the report of its last test, and the button for a new one. */
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
  // A credential of a method that the host has removed cannot be restored.
  const replacesEnded = Boolean(type.methods[provider.previousCredential?.authMethod ?? ""]?.removed);
  // Found since the last test: the credential was refused, or expires soon.
  const clean = !report || report.checks.every((check) => check.status === "pass" || check.status === "skip");
  const troubled = clean && health.reason && (health.state === "broken" || health.state === "warning");
  return (
    <div className="grid gap-5">
      {type.methods[provider.authMethod]?.removed && (
        <RemovedMethod provider={provider} type={type} mayWrite={mayTest} />
      )}
      {mayTest && !replacesEnded && provider.previousCredential && <RestoreCredential provider={provider} />}
      <Facts provider={provider} type={type} />
      {Boolean(typeFields(type, provider).publicKey) && (
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
      {inBrowser && health.state === "pending" && health.reason && <Alert>{health.reason.message}</Alert>}
      {troubled && !test.isPending && (
        <Alert
          tone={health.state === "broken" ? "bad" : "warn"}
          title={health.state === "broken" ? "It does not work now" : "It needs attention"}
        >
          {health.reason?.message}
        </Alert>
      )}
      <FormError error={test.error} />
      <div aria-live="polite">
        {test.isPending ? <ReportSkeleton /> : report && <ReportView report={report} />}
      </div>
    </div>
  );
}

/** Leads to the OAuth page of a provider that is not connected yet, or is not healthy. */
function ConnectButton({ provider, type }: { provider: GitProviderDetail; type: GitProviderType }) {
  const { state } = provider.health;
  if (type.methods[provider.authMethod]?.kind !== "redirect" || state === "ok") return null;
  return (
    <Button asChild look={state === "warning" ? "secondary" : "primary"}>
      <Link href={`/providers/${provider.gitProviderId}/authorize`}>
        <Link2 aria-hidden="true" />
        {state === "pending" ? "Connect" : "Connect again"}
      </Link>
    </Button>
  );
}
