"use client";
import { useQuery } from "@tanstack/react-query";
import type { Source } from "@/app/o/[slug]/applications/_source/source";
import { hostOfProvider } from "@/client/host";
import { useTRPC } from "@/client/trpc";
import { typeFields } from "@/client/use-repositories";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { HostLink } from "@/ui/host-link";
import { Logo } from "@/ui/logo";

/** The chosen repository, with a button back to the list. */
export function ChosenRepository({ source, onChange }: { source: Source; onChange?(): void }) {
  const trpc = useTRPC();
  const types = useQuery(trpc.gitProvider.types.queryOptions()).data ?? [];
  const { provider, repository } = source;
  const type = types.find((each) => each.type === provider?.providerType);
  const { logo } = hostOfProvider(
    type,
    type && provider ? typeFields(type, provider)[type.urlField] : repository.url,
  );
  return (
    <Card className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <Logo file={logo} className="size-6" />
      <div className="min-w-0 flex-1 basis-40">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          <HostLink href={repository.url} className="text-ink">
            {repository.fullName}
          </HostLink>
          {"private" in repository && repository.private && <Badge>private</Badge>}
          {"archived" in repository && repository.archived && <Badge tone="warn">archived</Badge>}
        </p>
        <p className="text-sm text-soft">
          {provider ? `through ${provider.name}` : "with a token of its own"}
        </p>
      </div>
      {onChange && (
        <Button size="small" onClick={onChange} aria-label="Change repository">
          Change
        </Button>
      )}
    </Card>
  );
}
