"use client";
import { CircleCheck, CircleX, ShieldAlert } from "lucide-react";
import type { AuditEvent } from "@/features/audit/contract";
import { StatusPill } from "@/ui/badge";
import { type Column, DataTable } from "@/ui/data-table";
import { RelativeTime } from "@/ui/relative-time";

const results = {
  ok: { tone: "good", icon: CircleCheck, word: "ok" },
  denied: { tone: "warn", icon: ShieldAlert, word: "denied" },
  failed: { tone: "bad", icon: CircleX, word: "failed" },
} as const;

function Actor({ event }: { event: AuditEvent }) {
  return (
    <div className="min-w-0">
      <p className="font-medium break-words">{event.actor}</p>
      <p className="text-sm text-soft">
        {event.apiKeyId ? "API key, " : ""}
        {event.address}
      </p>
    </div>
  );
}

function Action({ event }: { event: AuditEvent }) {
  const more = Object.entries(event.details).map(([name, value]) => `${name}: ${[value].flat().join(", ")}`);
  return (
    <div className="min-w-0">
      <p className="font-mono text-sm">{event.action}</p>
      {more.length > 0 && <p className="max-w-80 text-sm break-words text-soft">{more.join(" · ")}</p>}
    </div>
  );
}

function Target({ target }: Pick<AuditEvent, "target">) {
  if (!target) return <span className="text-soft">none</span>;
  return (
    <div className="min-w-0" title={target.id ?? undefined}>
      <p className="break-words">{target.name ?? target.type}</p>
      {target.name && <p className="text-sm text-soft">{target.type}</p>}
    </div>
  );
}

const columns: Column<AuditEvent>[] = [
  { key: "actor", title: "Who", lead: true, cell: (event) => <Actor event={event} /> },
  { key: "action", title: "Did what", cell: (event) => <Action event={event} /> },
  { key: "target", title: "To what", cell: (event) => <Target target={event.target} /> },
  {
    key: "result",
    title: "Result",
    cell: (event) => <StatusPill {...results[event.result]} title={event.fault ?? undefined} />,
  },
  {
    key: "at",
    title: "When",
    cell: (event) => (
      <span title={`Request ${event.requestId}`}>
        <RelativeTime at={event.at} className="whitespace-nowrap text-soft" />
      </span>
    ),
  },
];

export function AuditTable({ events }: { events: AuditEvent[] }) {
  return <DataTable caption="Audit" columns={columns} rows={events} rowKey={(event) => event.auditEventId} />;
}
