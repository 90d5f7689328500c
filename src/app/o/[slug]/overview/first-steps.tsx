"use client";
import { ArrowRight, Check } from "lucide-react";
import { useMay, useMe } from "@/client/me";
import type { GitProvider } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { cn } from "@/ui/class-names";
import { Link } from "@/ui/link";
import { PageHeader } from "@/ui/page-header";

interface Step {
  title: string;
  text: string;
  done: boolean;
  href: string;
  verb: string;
  may: boolean;
}

function StepRow({ step, number, current }: { step: Step; number: number; current: boolean }) {
  return (
    <li className="flex items-start gap-4 p-5">
      <span
        className={cn(
          "grid size-7 shrink-0 place-items-center rounded-full text-sm font-semibold",
          step.done ? "bg-good-wash text-good" : current ? "bg-accent text-on-accent" : "bg-hover text-soft",
        )}
      >
        {step.done ? <Check className="size-4" aria-label="Done" /> : number}
      </span>
      <div className="grid min-w-0 flex-1 gap-1">
        <h2 className={cn("font-semibold", !current && "text-soft")}>{step.title}</h2>
        <p className="text-soft">{step.text}</p>
        {current && step.may && (
          <Button asChild look="primary" className="mt-3 justify-self-start">
            <Link href={step.href}>
              {step.verb}
              <ArrowRight aria-hidden="true" />
            </Link>
          </Button>
        )}
        {current && !step.may && (
          <p className="mt-2">Ask an owner or admin of the organization to do this.</p>
        )}
      </div>
    </li>
  );
}

/** The way from an empty organization to its first deployment. */
export function FirstSteps({ providers }: { providers: GitProvider[] }) {
  const mayConnect = useMay("provider:write");
  const mayCreate = useMay("application:write");
  const organization = useMe()?.organization?.name;
  const [first] = providers;
  const steps: Step[] = [
    {
      title: "Connect a Git host",
      text: first
        ? `${first.name} is connected.`
        : "Paste a token and see at once which repositories it reaches.",
      done: first !== undefined,
      href: "/providers/new",
      verb: "Connect a provider",
      may: mayConnect,
    },
    {
      title: "Pick a repository",
      text: "Search the repositories of your hosts, choose a branch, and say which folder to publish.",
      done: false,
      href: "/applications/new",
      verb: "New application",
      may: mayCreate,
    },
    {
      title: "Deploy",
      text: "Watch the steps and the log as it is checked out, built and published.",
      done: false,
      href: "/applications",
      verb: "Deploy",
      may: mayCreate,
    },
  ];
  const current = steps.findIndex((step) => !step.done);
  return (
    <>
      <PageHeader
        title={organization ? `Welcome to ${organization}` : "Overview"}
        hint="Three steps to the first deployment."
      />
      <Card className="max-w-2xl">
        <ol className="divide-y">
          {steps.map((step, index) => (
            <StepRow key={step.title} step={step} number={index + 1} current={index === current} />
          ))}
        </ol>
      </Card>
    </>
  );
}
