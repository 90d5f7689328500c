"use client";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { type AuditQuery, spanOf } from "@/app/o/[slug]/settings/audit/audit-query";
import { auditResults } from "@/features/audit/values";
import { replaceQuery } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { Input, Select } from "@/ui/input";
import { Labelled } from "@/ui/labelled";

const none = { actor: "", action: "", target: "", result: "", from: "", to: "" };
type Typed = typeof none;

/** The filters stand in the address of the page, so that they survive a reload and Back. */
function typedOf(query: { get(name: string): string | null }): Typed {
  const entries = Object.keys(none).map((name) => [name, query.get(name) ?? ""]);
  return { ...none, ...Object.fromEntries(entries) };
}

/** What the address of the page asks for. */
export function queryIn(query: { get(name: string): string | null }): Omit<AuditQuery, "limit"> {
  return queryOf(typedOf(query));
}

const words = { ok: "Succeeded", denied: "Denied", failed: "Failed" } as const;

function queryOf({ actor, action, target, result, from, to }: Typed): Omit<AuditQuery, "limit"> {
  return {
    actor: actor.trim() || undefined,
    action: action.trim() || undefined,
    target: target.trim() || undefined,
    result: auditResults.find((each) => each === result),
    ...spanOf(from, to),
  };
}

/** Narrow the list: by the beginning of an action, parts of names, a result, and days. */
export function Filters({ onChange }: { onChange(question: Omit<AuditQuery, "limit">): void }) {
  const query = useSearchParams();
  const [typed, setTyped] = useState(() => typedOf(query));
  function take(change: Partial<Typed>): void {
    const next = { ...typed, ...change };
    setTyped(next);
    replaceQuery(next);
    onChange(queryOf(next));
  }
  const isNarrow = Object.values(typed).some(Boolean);
  return (
    <div className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-6">
      <Box label="Actor" value={typed.actor} hint="Person or key" onType={(actor) => take({ actor })} />
      <Box label="Action" value={typed.action} hint="gitlab.create" onType={(action) => take({ action })} />
      <Box label="Target" value={typed.target} hint="Name or id" onType={(target) => take({ target })} />
      <Labelled label="Result">
        <Select value={typed.result} onChange={({ target }) => take({ result: target.value })}>
          <option value="">Any result</option>
          {auditResults.map((result) => (
            <option key={result} value={result}>
              {words[result]}
            </option>
          ))}
        </Select>
      </Labelled>
      <Box label="From" type="date" value={typed.from} onType={(from) => take({ from })} />
      <Box label="Until" type="date" value={typed.to} onType={(to) => take({ to })} />
      {isNarrow && (
        <Button look="link" size="inline" className="justify-self-start" onClick={() => take(none)}>
          Clear filters
        </Button>
      )}
    </div>
  );
}

function Box(props: {
  label: string;
  value: string;
  hint?: string;
  type?: "date";
  onType(value: string): void;
}) {
  return (
    <Labelled label={props.label}>
      <Input
        type={props.type ?? "search"}
        value={props.value}
        placeholder={props.hint}
        maxLength={100}
        onChange={({ target }) => props.onType(target.value)}
      />
    </Labelled>
  );
}
