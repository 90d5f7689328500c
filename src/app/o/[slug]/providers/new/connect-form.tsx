"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { ReportSkeleton, ReportView } from "@/app/o/[slug]/providers/_report/report-view";
import { HowTo } from "@/app/o/[slug]/providers/new/how-to";
import { MethodChoice, sortedMethods } from "@/app/o/[slug]/providers/new/method-choice";
import { useDraft } from "@/client/drafts";
import { clientFault } from "@/client/fault";
import { FormError } from "@/client/form-error";
import type { HostChoice } from "@/client/host";
import { useProviderCall } from "@/client/provider-call";
import { useTRPC } from "@/client/trpc";
import { secretNames, typeIdOf } from "@/client/use-repositories";
import { uniqueName } from "@/lib/unique-name";
import type { Report } from "@/providers/connection/report";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { FieldsForm, type FieldValues } from "@/ui/fields-form";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";

// Loaded once the provider is there.
const Saved = dynamic(() => import("@/app/o/[slug]/providers/new/saved").then((module) => module.Saved));

/** What is sent: the fields of the chosen method that hold something, and no field of another method. */
function inputOf(choice: HostChoice, authMethod: string, values: FieldValues): Record<string, string> {
  const fields = choice.type.methods[authMethod]?.fields ?? [];
  const given = fields.map(({ name }) => [name, values[name] ?? ""]).filter(([, value]) => value !== "");
  const host = choice.host.label;
  return { name: values.name ?? "", authMethod, host, ...Object.fromEntries(given) };
}

function useConnection(choice: HostChoice, onCreated: () => void) {
  const { type } = choice.type;
  const call = useProviderCall();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const router = useRouter();
  const test = useMutation({
    mutationFn: (input: Record<string, string>) => call.mutate(type, "testConnection", input),
  });
  const [report, setReport] = useState<Report>();
  const create = useMutation({
    mutationFn: (input: Record<string, string>) => call.mutate(type, "create", input),
    onSuccess: async (provider) => {
      onCreated();
      if (provider.authorizeUrl) {
        // Nothing to test yet: the next page leads to the host.
        router.push(new URL(provider.authorizeUrl).pathname);
        return void queries.invalidateQueries(trpc.gitProvider.pathFilter());
      }
      // Saving calls no host: this test, of what is stored now, is what the list shows as its health.
      const stored = typeIdOf(choice.type, provider);
      setReport(await call.mutate(type, "testConnection", stored).catch(() => undefined));
      await queries.invalidateQueries(trpc.gitProvider.pathFilter());
    },
  });
  return { test, create, report };
}

/** Fill in, test, read the report, save. A failed test keeps what was typed, and may be saved all the same. */
export function ConnectForm({ choice }: { choice: HostChoice }) {
  const { type, host } = choice;
  const trpc = useTRPC();
  const taken = (useQuery(trpc.gitProvider.getAll.queryOptions()).data ?? []).map((each) => each.name);
  const [values, setValues, clear] = useDraft(
    // What was entered for one address must not be sent to another one.
    [host.label, choice.url, ...Object.values(choice.fields ?? {})].join(" "),
    () => ({
      method: sortedMethods(type)[0]?.[0] ?? "",
      name: uniqueName(host.label, new Set(taken)),
      [type.urlField]: choice.url,
      ...choice.fields,
    }),
    secretNames(type),
  );
  const { method = "" } = values;
  const { test, create, report: saved } = useConnection(choice, clear);
  const reportPlace = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (test.isPending) reportPlace.current?.scrollIntoView({ block: "start" });
  }, [test.isPending]);

  const chosen = type.methods[method];
  if (!chosen) return null;
  const leaving = create.isSuccess && Boolean(create.data.authorizeUrl);
  if (create.isSuccess && !leaving) return <Saved type={type} provider={create.data} report={saved} />;
  const input = inputOf(choice, method, values);
  const error = create.error ?? test.error;
  const issues = error ? clientFault(error).issues : {};
  const report = test.isPending ? undefined : test.data;
  const stale = report && JSON.stringify(test.variables) !== JSON.stringify(input);
  const inBrowser = chosen.kind === "redirect";
  const works = inBrowser || (report?.ok && !stale);
  function change(name: string, value: string): void {
    setValues({ [name]: value });
  }
  function runTest(): void {
    create.reset();
    test.mutate(input);
  }
  return (
    <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <Form
        onSend={() => (works ? create.mutate(input) : runTest())}
        busy={test.isPending || create.isPending || leaving}
      >
        <MethodChoice type={type} value={method} onChange={(next) => change("method", next)} />
        <Field label="Name" help="How it is called in Slipway." error={issues.name}>
          <Input
            name="name"
            value={values.name ?? ""}
            onChange={(event) => change("name", event.target.value)}
            autoComplete="off"
            required
          />
        </Field>
        <FieldsForm fields={chosen.fields} values={values} onChange={change} issues={issues} />
        <FormError error={error} fields={["name", ...chosen.fields.map((field) => field.name)]} />
        <div ref={reportPlace} aria-live="polite" className="scroll-mt-20">
          {test.isPending && <ReportSkeleton />}
          {report && (
            <>
              {stale && <p className="mb-2 text-soft">You changed the form since this test.</p>}
              <ReportView report={report} />
            </>
          )}
        </div>
        <div className="sticky bottom-14 z-10 -mx-1 flex flex-wrap gap-2 bg-canvas px-1 py-3 md:bottom-0">
          {works && (
            <Button type="submit" look="primary" busy={create.isPending || leaving}>
              {inBrowser ? "Save and continue" : "Save provider"}
            </Button>
          )}
          {!inBrowser && (
            <Button
              type={works ? "button" : "submit"}
              look={works ? "secondary" : "primary"}
              busy={test.isPending}
              onClick={works ? runTest : undefined}
            >
              {test.data ? "Test again" : "Test connection"}
            </Button>
          )}
          {!works && (
            <Button onClick={() => create.mutate(input)} busy={create.isPending} disabled={test.isPending}>
              {report && !stale ? "Save anyway" : "Save without a test"}
            </Button>
          )}
        </div>
      </Form>
      <HowTo type={type} method={chosen} values={values} />
    </div>
  );
}
