"use client";
import { Ban, CircleCheck, CircleDashed, CircleX, LoaderCircle, type LucideIcon, Minus } from "lucide-react";
import type { ReactNode } from "react";
import { headAndRest, stepWords } from "@/app/o/[slug]/applications/_deployment/deployment-text";
import { ElapsedTime } from "@/app/o/[slug]/applications/_deployment/elapsed-time";
import type { Deployment, Step } from "@/features/deployment/contract";
import { cn } from "@/ui/class-names";

const marks: Record<Step["status"], { icon: LucideIcon; style: string; word: string }> = {
  pending: { icon: CircleDashed, style: "text-soft", word: "Waiting" },
  running: { icon: LoaderCircle, style: "animate-spin text-accent-ink", word: "Running" },
  succeeded: { icon: CircleCheck, style: "text-good", word: "Done" },
  failed: { icon: CircleX, style: "text-bad", word: "Failed" },
  cancelled: { icon: Ban, style: "text-soft", word: "Cancelled" },
  skipped: { icon: Minus, style: "text-soft", word: "Left out" },
};

/** The time before anything began. */
function queuedStep(deployment: Deployment): Omit<Step, "name"> {
  const { createdAt, startedAt, finishedAt, status } = deployment;
  const end = startedAt ?? finishedAt;
  if (status === "queued") return { status: "running", startedAt: createdAt, finishedAt: null };
  return { status: startedAt ? "succeeded" : "cancelled", startedAt: createdAt, finishedAt: end };
}

function Row(props: { name: string; step: Omit<Step, "name">; anchor?: string; children?: ReactNode }) {
  const { step, anchor } = props;
  const { icon: Icon, style, word } = marks[step.status];
  const began = step.startedAt !== null;
  const body = (
    <>
      <Icon className={cn("size-4 shrink-0", style)} aria-hidden="true" />
      <span className="sr-only">{word}:</span>
      <span
        className={cn("min-w-0 flex-1", !began && "text-soft", step.status === "running" && "font-medium")}
      >
        {props.name}
      </span>
      <ElapsedTime span={step} className="text-sm text-soft" />
    </>
  );
  const box = "flex min-h-9 items-center gap-2.5 rounded-sm px-2.5";
  return (
    <li>
      {anchor && began ? (
        <a
          href={`#${anchor}`}
          title="Show where it begins in the log"
          className={cn(box, "hover:bg-hover", step.status === "failed" && "bg-bad-wash")}
        >
          {body}
        </a>
      ) : (
        <div className={box}>{body}</div>
      )}
      {props.children}
    </li>
  );
}

/** Why a step failed: the reason of the deployment, or what the host said when it was told. */
function Cause({ of, deployment }: { of: Step; deployment: Deployment }) {
  const { reason, warnings } = deployment;
  const cause = of.name === "report" ? warnings.find(({ code }) => code.startsWith("status_")) : reason;
  if (!cause) return null;
  return <p className="px-2.5 pt-1 pb-2 pl-9 text-sm text-soft">{headAndRest(cause.message).head}</p>;
}

/** The steps with their times; each leads to its place in the log. */
export function StepList({ deployment }: { deployment: Deployment }) {
  return (
    <nav aria-label="Steps" className="rounded-md border bg-surface p-1.5">
      <ol>
        <Row name="Queued" step={queuedStep(deployment)} />
        {deployment.steps.map((step) => (
          <Row key={step.name} name={stepWords[step.name]} step={step} anchor={step.name}>
            {step.status === "failed" && <Cause of={step} deployment={deployment} />}
          </Row>
        ))}
      </ol>
    </nav>
  );
}
