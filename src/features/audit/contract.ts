import { z } from "zod";
import { auditFormats, auditResults } from "@/features/audit/values";
import { Id, Instant, optional, otherwise, PageQuery, pageOf } from "@/lib/shape";

export const AuditEvent = z.object({
  auditEventId: Id,
  at: Instant,
  organizationId: Id.nullable(),
  userId: Id.nullable(),
  apiKeyId: Id.nullable(),
  /** As it was called then: an e-mail address, the name of a key, or the step of the worker. */
  actor: z.string(),
  /** Network address of the client; `worker` for Slipway's own steps. */
  address: z.string(),
  requestId: z.string(),
  /** The procedure or event: `gitlab.create`, `session.signIn`, `credential.use`. */
  action: z.string(),
  result: z.enum(auditResults),
  /** The code of the fault, when it did not succeed. */
  fault: z.string().nullable(),
  target: z.object({ type: z.string(), id: z.string().nullable(), name: z.string().nullable() }).nullable(),
  /** Small and free of secrets: names of the fields given, ids, counts. */
  details: z.record(z.string(), z.unknown()),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

const Text = z.string().trim().max(300);

const filters = {
  /** Part of the actor's name, or the exact id of a person or key. */
  actor: optional(Text),
  /** A procedure or event, or the beginning of one: `gitlab.` finds all of that noun. */
  action: optional(Text),
  result: optional(z.enum(auditResults)),
  /** Part of the target's name, or its exact id. */
  target: optional(Text),
  from: optional(Instant),
  to: optional(Instant),
  /** `instance`: what belongs to no organization that is still there. For instance administrators. */
  scope: otherwise(z.enum(["organization", "instance"]), "organization"),
};

export const AllAuditEvents = PageQuery.extend(filters);
export type AllAuditEvents = z.infer<typeof AllAuditEvents>;
export const AuditEventList = pageOf(AuditEvent);
export type AuditEventList = z.infer<typeof AuditEventList>;

/** A piece of the events that fit, as text: ask with `nextCursor` until it is null and join the pieces. */
export const ExportAudit = PageQuery.extend({
  ...filters,
  format: otherwise(z.enum(auditFormats), "ndjson"),
  limit: otherwise(z.number().int().min(1).max(1000), 1000),
});
export type ExportAudit = z.infer<typeof ExportAudit>;
export const AuditExport = z.object({
  text: z.string(),
  contentType: z.string(),
  count: z.number().int(),
  nextCursor: z.string().nullable(),
});
export type AuditExport = z.infer<typeof AuditExport>;

/**
 * `knownHash`: the hash from an earlier answer or from the log; finding it shows that the end was not cut off
 * since.
 */
export const VerifyAudit = z.object({ knownHash: optional(z.string().regex(/^[0-9a-f]{64}$/)) });
export type VerifyAudit = z.infer<typeof VerifyAudit>;
export const AuditVerdict = z.object({
  ok: z.boolean(),
  /** Those that hold events of one's organization; for instance administrators all. */
  batches: z.number().int(),
  /** Sealed ones of one's organization; for instance administrators all. */
  events: z.number().int(),
  /** The last of these events. Everything up to it is sealed. */
  sealedTo: Id.nullable(),
  /** Of the last batch. Keep it elsewhere: a chain that was cut off has another. */
  headHash: z.string().nullable(),
  /** The first batch that is not as it was sealed. */
  firstBad: z
    .object({
      auditSealId: z.number().int(),
      firstId: Id,
      lastId: Id,
      why: z.enum(["events_changed", "link_broken"]),
    })
    .nullable(),
  /** Null when no hash was given. */
  knownHashFound: z.boolean().nullable(),
});
export type AuditVerdict = z.infer<typeof AuditVerdict>;
