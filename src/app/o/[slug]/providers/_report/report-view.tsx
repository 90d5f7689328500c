import { CircleCheck, CircleMinus, CircleX, ExternalLink, TriangleAlert } from "lucide-react";
import type { Check, CheckId, Report } from "@/providers/connection/report";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { cn } from "@/ui/class-names";
import { HostLink } from "@/ui/host-link";
import { Sentence } from "@/ui/sentence";
import { Skeleton } from "@/ui/skeleton";

/** The parts of a connection report, in the order in which they can fail. */
const groups: { title: string; ids: CheckId[] }[] = [
  { title: "Reach", ids: ["address", "dns", "tls", "reachable", "clock"] },
  { title: "Sign in", ids: ["credential", "expiry", "account"] },
  { title: "Permissions", ids: ["scopes", "organization"] },
  {
    title: "Features",
    ids: ["repositories", "branches", "gitRead", "webhooks", "commitStatus", "pullRequests"],
  },
];

interface Group {
  title: string;
  checks: Check[];
}

/** The checks of a report by part. A check that no part names stands with the last one. */
function grouped(checks: readonly Check[]): Group[] {
  const named = new Set(groups.flatMap((group) => group.ids));
  return groups.map(({ title, ids }, index) => ({
    title,
    checks: checks.filter(({ id }) => ids.includes(id) || (index === groups.length - 1 && !named.has(id))),
  }));
}

/** How many lines each part will have, for the stand-in while a test runs. */
const groupSizes = groups.map(({ title, ids }) => ({ title, lines: ids.length }));

const marks = {
  pass: { icon: CircleCheck, style: "text-good", word: "Works" },
  warn: { icon: TriangleAlert, style: "text-warn", word: "Attention" },
  fail: { icon: CircleX, style: "text-bad", word: "Failed" },
  skip: { icon: CircleMinus, style: "text-soft", word: "Not tried" },
};

function Line({ check }: { check: Check }) {
  const { icon: Icon, style, word } = marks[check.status];
  const quiet = check.status === "skip";
  return (
    <li className="flex items-start gap-3 px-4 py-2.5">
      <Icon className={cn("mt-0.5 size-4 shrink-0", style)} aria-hidden="true" />
      <span className="sr-only">{word}:</span>
      <div className="grid min-w-0 flex-1 gap-x-4 gap-y-0.5 sm:grid-cols-[8.5rem_1fr]">
        <span className={cn("font-medium", quiet && "text-soft")}>{check.label}</span>
        <div className="min-w-0">
          <p className={cn(quiet && "text-soft")}>
            <Sentence text={check.detail} />
          </p>
          {check.fix && check.status !== "pass" && <Fix fix={check.fix} />}
        </div>
      </div>
    </li>
  );
}

function Fix({ fix }: { fix: NonNullable<Check["fix"]> }) {
  const link = fix.url && /^https?:\/\//i.test(fix.url) ? fix.url : null;
  const page = fix.page ? new URL(fix.page.url) : null;
  return (
    <div className="mt-1 grid justify-items-start gap-2">
      <p className="text-soft">
        <Sentence text={fix.text} />
      </p>
      <div className="flex flex-wrap gap-2">
        {link && (
          <Button asChild size="small">
            <a href={link} target="_blank" rel="noreferrer noopener">
              <ExternalLink aria-hidden="true" />
              Open {new URL(link).host}
            </a>
          </Button>
        )}
        {page && (
          <Button asChild size="small">
            <a href={page.pathname + page.search}>{fix.page?.label}</a>
          </Button>
        )}
      </div>
    </div>
  );
}

const proofs = ["credential", "repositories", "branches", "gitRead"];

/**
 * Whether the test showed that the credential works: not for a folder of a plain Git server or a key that is not made
 * yet.
 */
function isVerified({ checks }: Report): boolean {
  return checks.some(({ id, status }) => proofs.includes(id) && (status === "pass" || status === "warn"));
}

function verdict(report: Report): { tone: "good" | "warn" | "bad"; title: string } {
  if (!report.ok) return { tone: "bad", title: "The connection does not work yet" };
  if (!isVerified(report))
    return { tone: "warn", title: "The host answers, and nothing more is verified yet" };
  const warned = report.checks.some((check) => check.status === "warn");
  return warned
    ? { tone: "warn", title: "The connection works, with remarks" }
    : { tone: "good", title: "The connection works" };
}

/** The result of a connection test: the summary on top, then all checks by part. */
export function ReportView({ report }: { report: Report }) {
  return (
    <div className="grid gap-4">
      <Alert {...verdict(report)}>
        <p>
          <Sentence text={report.summary} />
        </p>
        {report.account?.url && (
          <p>
            <HostLink href={report.account.url}>{report.account.name}</HostLink>
          </p>
        )}
      </Alert>
      <Card className="divide-y">
        {grouped(report.checks).map((group) => (
          <section key={group.title} aria-label={group.title} className="py-2">
            <h2 className="px-4 pt-1 pb-0.5 text-xs font-semibold text-soft">{group.title}</h2>
            <ul>
              {group.checks.map((check) => (
                <Line key={check.id} check={check} />
              ))}
            </ul>
          </section>
        ))}
      </Card>
    </div>
  );
}

/** The same lines in grey, while the host is asked. */
export function ReportSkeleton() {
  return (
    <div role="status" className="grid gap-4">
      <Alert title="Testing the connection">This takes ten seconds at most.</Alert>
      <Card className="divide-y">
        {groupSizes.map(({ title, lines }) => (
          <div key={title} className="py-2">
            <p className="px-4 pt-1 pb-0.5 text-xs font-semibold text-soft">{title}</p>
            {Array.from({ length: lines }, (_, line) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
              <div key={line} className="flex h-10 items-center gap-3 px-4">
                <Skeleton className="size-4 rounded-full" />
                <Skeleton className="h-3.5 w-24" />
                <Skeleton className="h-3.5 w-1/2" />
              </div>
            ))}
          </div>
        ))}
      </Card>
    </div>
  );
}
