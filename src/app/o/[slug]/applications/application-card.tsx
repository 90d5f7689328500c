import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  LoaderCircle,
  type LucideIcon,
  SkipForward,
  TriangleAlert,
} from "lucide-react";
import { hostOfProvider } from "@/client/host";
import { applicationPath } from "@/client/paths";
import type { Application } from "@/features/application/contract";
import type { Deployment, DeploymentStatus } from "@/features/deployment/contract";
import type { Environment } from "@/features/environment/contract";
import type { GitProviderType } from "@/features/git-provider/contract";
import { Badge, type Tone } from "@/ui/badge";
import { cn } from "@/ui/class-names";
import { Link } from "@/ui/link";
import { Logo } from "@/ui/logo";
import { MatchedText } from "@/ui/matched-text";
import { RelativeTime } from "@/ui/relative-time";

const looks: Record<DeploymentStatus, { tone: Tone; icon: LucideIcon; word: string }> = {
  queued: { tone: "neutral", icon: CircleDashed, word: "queued" },
  running: { tone: "accent", icon: LoaderCircle, word: "deploying" },
  succeeded: { tone: "good", icon: CircleCheck, word: "live" },
  failed: { tone: "bad", icon: CircleX, word: "failed" },
  cancelled: { tone: "neutral", icon: Ban, word: "cancelled" },
  skipped: { tone: "neutral", icon: SkipForward, word: "skipped" },
};

const liveWithWarnings = { tone: "warn", icon: TriangleAlert, word: "live, with warnings" } as const;

function Chip({ environment, last }: { environment: Environment; last: Deployment | null }) {
  if (!last) return <Badge>{environment.name}: not deployed</Badge>;
  const warned = last.status === "succeeded" && last.warnings.length > 0;
  const { tone, icon: Icon, word } = warned ? liveWithWarnings : looks[last.status];
  return (
    <Badge tone={tone} className="max-w-full">
      <Icon
        className={cn("size-3 shrink-0", last.status === "running" && "animate-spin")}
        aria-hidden="true"
      />
      <span className="truncate">{environment.name}</span>
      <span>{word}</span>
    </Badge>
  );
}

/** One application in a list: its repository, the state of each environment, and its last deployment. */
export function ApplicationCard(props: {
  application: Application;
  search: string;
  last: ReadonlyMap<string, Deployment>;
  types: readonly GitProviderType[];
}) {
  const { application, search } = props;
  const { name, repository, environments } = application;
  const type = props.types.find((each) => each.type === application.providerType);
  const { logo, label } = hostOfProvider(type, repository.url);
  const lastOf = (each: Environment) => props.last.get(each.environmentId) ?? each.current;
  const newest = environments
    .flatMap((each) => lastOf(each)?.createdAt ?? [])
    .toSorted()
    .at(-1);
  return (
    <li className="relative flex flex-col gap-3 rounded-md border bg-surface p-4 transition-colors hover:border-line-strong/60">
      <div className="grid gap-1">
        <h2 className="text-lg font-semibold">
          <Link
            href={applicationPath(application.applicationId)}
            className="after:absolute after:inset-0 hover:underline focus-visible:outline-none focus-visible:after:rounded-md focus-visible:after:outline-2 focus-visible:after:outline-accent-ink"
          >
            <MatchedText text={name} search={search} />
          </Link>
        </h2>
        <p className="flex min-w-0 items-center gap-2 text-soft" title={repository.fullName}>
          <Logo file={logo} className="size-4" />
          <span className="sr-only">{label}:</span>
          <span className="truncate">
            <MatchedText text={repository.fullName} search={search} />
          </span>
        </p>
      </div>
      <div className="flex flex-wrap gap-1.5">
        {environments.map((each) => (
          <Chip key={each.environmentId} environment={each} last={lastOf(each)} />
        ))}
      </div>
      <p className="mt-auto text-sm text-soft">
        {newest ? (
          <>
            Last deployed <RelativeTime at={newest} />
          </>
        ) : (
          "Not deployed yet"
        )}
      </p>
    </li>
  );
}
