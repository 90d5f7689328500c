"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, Hand, Minus, Trash2 } from "lucide-react";
import { useId, useState } from "react";
import { TraceList } from "@/app/o/[slug]/_delivery/trace-list";
import { shortSha } from "@/app/o/[slug]/applications/_deployment/deployment-text";
import { useDraft } from "@/client/drafts";
import { clientFault } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import type { DryRunResult } from "@/features/delivery/contract";
import { StatusPill } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Modal } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input, Select } from "@/ui/input";
import { Sentence } from "@/ui/sentence";

interface Question {
  ref?: string;
  commit?: string;
  pullRequest?: number;
}

/** What would a push do now? Asked of the rules as they are saved; nothing is changed by it. */
export function DryRunDialog({ application, onClose }: { application: Application; onClose(): void }) {
  const { applicationId } = application;
  const trpc = useTRPC();
  const form = useId();
  const branch = application.environments[0]?.branch ?? "";
  const [values, change] = useDraft("dry run", () => ({
    of: "branch",
    name: branch,
    commit: "",
    number: "",
  }));
  const [asked, setAsked] = useState<Question | null>(null);
  const query = useQuery(
    trpc.webhook.dryRun.queryOptions(
      { applicationId, ...asked },
      { enabled: asked !== null, retry: false, gcTime: 0 },
    ),
  );
  const issues = query.error ? clientFault(query.error).issues : {};
  const { of = "branch", name = "", commit = "", number = "" } = values;
  function send(): void {
    const next = questionOf(of, { name, commit, number });
    // Asking the same again asks the host again.
    if (JSON.stringify(next) === JSON.stringify(asked)) void query.refetch();
    else setAsked(next);
  }
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title="Would this push deploy?"
      description="By the rules as they are saved. Nothing is deployed."
      className="sm:max-w-2xl"
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" type="submit" form={form} busy={query.isFetching}>
            Try
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        <Form id={form} busy={query.isFetching} onSend={send} className="grid gap-4 sm:grid-cols-2">
          <Field label="Of">
            <Select value={of} onChange={({ target }) => change({ of: target.value, name: "" })}>
              <option value="branch">A branch</option>
              <option value="tag">A tag</option>
              <option value="pullRequest">A pull or merge request</option>
            </Select>
          </Field>
          {of === "pullRequest" ? (
            <Field label="Number" error={issues.pullRequest}>
              <Input
                type="number"
                inputMode="numeric"
                min={1}
                value={number}
                onChange={({ target }) => change({ number: target.value })}
              />
            </Field>
          ) : (
            <Field label={of === "tag" ? "Tag" : "Branch"} error={issues.ref}>
              <Input
                value={name}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                onChange={({ target }) => change({ name: target.value })}
              />
            </Field>
          )}
          {of === "branch" && (
            <Field label="Commit" optional help="Empty: the newest one." error={issues.commit}>
              <Input
                className="font-mono"
                value={commit}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                onChange={({ target }) => change({ commit: target.value })}
              />
            </Field>
          )}
        </Form>
        <FormError error={query.error} fields={["ref", "commit", "pullRequest"]} />
        <div aria-live="polite">{query.data && <Result result={query.data} />}</div>
      </div>
    </Modal>
  );
}

function questionOf(of: string, given: { name: string; commit: string; number: string }): Question {
  if (of === "pullRequest") return { pullRequest: Number(given.number) };
  const name = given.name.trim();
  if (of === "tag") return { ref: name };
  return { ref: name, commit: given.commit.trim() || undefined };
}

const looks = {
  deploy: { tone: "good", icon: CircleCheck, word: "Would deploy" },
  ignored: { tone: "neutral", icon: Minus, word: "Would be ignored" },
  remove: { tone: "warn", icon: Trash2, word: "Would remove the preview" },
  approval: { tone: "warn", icon: Hand, word: "Would wait for approval" },
} as const;

function Result({ result }: { result: DryRunResult }) {
  if (result.items.length === 0)
    return <p className="text-soft">The application has no environment that could be deployed.</p>;
  return (
    <ul className="grid grid-cols-1 gap-4">
      {result.items.map((item) => (
        <li key={item.environment} className="grid grid-cols-1 gap-2 rounded-md border p-4">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h3 className="font-semibold">{item.environment}</h3>
            <StatusPill {...looks[item.decision]} />
            {item.sha && <span className="font-mono text-sm text-soft">{shortSha(item.sha)}</span>}
          </div>
          {item.reason && (
            <p>
              <Sentence text={item.reason.message} />
            </p>
          )}
          <TraceList label={`Rules of ${item.environment}`} trace={item.trace} />
        </li>
      ))}
    </ul>
  );
}
