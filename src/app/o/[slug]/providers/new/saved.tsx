"use client";
import { CircleCheck } from "lucide-react";
import { useEffect, useRef } from "react";
import { SshIdentity } from "@/app/o/[slug]/providers/_credential/ssh-identity";
import { useMay } from "@/client/me";
import { typeFields, useRepositories } from "@/client/use-repositories";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";
import type { Report } from "@/providers/connection/report";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Link } from "@/ui/link";
import { Skeleton } from "@/ui/skeleton";

interface Props {
  type: GitProviderType;
  provider: GitProvider;
  /** Of the test of what was saved. */
  report?: Report;
}

function Visible({ type, provider }: Props) {
  const { query, repositories, total, incomplete } = useRepositories(type, provider, "");
  if (!type.hasRepositories) return <p>Deploy from it by the address of a repository.</p>;
  if (query.isPending) return <Skeleton className="h-5 w-64" />;
  if (query.isError) return <p>Its repositories could not be listed yet. The provider's page says why.</p>;
  const examples = repositories.slice(0, 3).map((repository) => repository.fullName);
  const count = total ?? repositories.length;
  if (count === 0) return <p>No repository is visible to it yet.</p>;
  const more = total === undefined && (query.hasNextPage || incomplete) ? "More than " : "";
  return (
    <p>
      {more}
      {count} {count === 1 ? "repository" : "repositories"} visible, for example {examples.join(", ")}.
    </p>
  );
}

/** After saving: the report of the stored connection, and what to do next. */
export function Saved({ type, provider, report }: Props) {
  const mayCreate = useMay("application:write");
  const hasKey = Boolean(typeFields(type, provider).publicKey);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <Card className="grid max-w-2xl gap-5 p-6">
      <div className="flex items-start gap-3">
        <CircleCheck className="mt-0.5 size-6 shrink-0 text-good" aria-hidden="true" />
        <div className="grid gap-1">
          <h2 ref={title} tabIndex={-1} className="text-lg font-semibold outline-none">
            {provider.name} is saved
          </h2>
          {report?.ok === false ? (
            // No repositories are listed with a credential that was just refused.
            <p>The connection does not work yet. The provider's page says why.</p>
          ) : (
            <Visible type={type} provider={provider} />
          )}
        </div>
      </div>
      <SshIdentity provider={provider} type={type} mayChange={false} />
      <div className="flex flex-wrap gap-2">
        {mayCreate && (
          <Button asChild look={hasKey ? "secondary" : "primary"}>
            <Link
              href={`/applications/new?${new URLSearchParams({ gitProviderId: provider.gitProviderId })}`}
            >
              New application
            </Link>
          </Button>
        )}
        <Button asChild look={hasKey ? "primary" : "secondary"}>
          <Link href={`/providers/${provider.gitProviderId}`}>Done</Link>
        </Button>
      </div>
    </Card>
  );
}
