import { type Actor, actorOf, nobody, type Target } from "@/access/audit";
import { AuditContext } from "@/access/audit-context";
import { countCallFrom, isFirstThisMinute, mayAuditStranger, networkOf } from "@/access/rate-limit";
import { type Fault, faults } from "@/lib/fault";
import { log } from "@/lib/log";
import { processGlobal } from "@/lib/process-global";
import { registry } from "@/providers/registry";
import type { Context } from "@/rpc/context";
import { faultOf } from "@/rpc/error-shape";

/** Ids by which a verb of another noun names what it changes. */
const idFields = [
  "gitProviderId",
  "applicationId",
  "environmentId",
  "deploymentId",
  "memberId",
  "invitationId",
  "apiKeyId",
  "roleId",
  "organizationId",
  "fromGitProviderId",
];

const fields = processGlobal("auditedFields", () => new Map<string, ReadonlySet<string>>()).value;

/** Say which fields the input of a procedure has: the audit names no others, whatever a caller sends. */
export function declareFields(path: string, names: Iterable<string>): void {
  fields.set(path, new Set(names));
}

/** The act of one call: who, from where, what, on which thing. */
export function auditContextOf(ctx: Context, path: string, input: unknown): AuditContext {
  let found: Promise<Actor> | undefined;
  const who = () => {
    found ??= whoCalls(ctx);
    return found;
  };
  const given = typeof input === "object" && input !== null ? (input as Record<string, unknown>) : {};
  const changed = Object.keys(given).filter((name) => fields.get(path)?.has(name) && !/Id$/.test(name));
  const details = changed.length > 0 ? { fields: changed.sort() } : undefined;
  return new AuditContext(path, ctx.origin, who, { target: targetOf(path, given), details });
}

async function whoCalls(ctx: Context): Promise<Actor> {
  const principal = await ctx.principal().catch(() => null);
  if (!principal) return nobody;
  const membership = await ctx.membership().catch(() => null);
  return actorOf(principal, membership?.organizationId ?? null);
}

function targetOf(path: string, input: Record<string, unknown>): Target | undefined {
  const [noun = ""] = path.split(".");
  const isType = Object.hasOwn(registry, noun);
  const own = textOf(input[`${noun}Id`]);
  if (own) return { type: isType ? "gitProvider" : noun, id: own };
  if (isType) return { type: "gitProvider" };
  const field = idFields.find((name) => textOf(input[name]));
  return field ? { type: nounOf(field), id: textOf(input[field]) } : undefined;
}

function nounOf(field: string): string {
  return field === "fromGitProviderId" ? "gitProvider" : field.slice(0, -"Id".length);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, 64) : undefined;
}

/**
 * Tell the audit how a call ended that did not succeed: a denial of someone known, a change that failed, once a minute
 * that a caller or an address was over its limit. Words that the input schema refused were never tried and are not
 * told. The caller gets the fault whatever happens here.
 */
export async function recordFailure(audit: AuditContext, fault: Fault, changes: boolean): Promise<void> {
  const denied = isDenial(fault) || isFirstOverLimit(audit, fault);
  if (!denied && (!changes || isSilent(fault))) return;
  try {
    const { userId } = await audit.actor();
    if (!userId && (isDenial(fault) || !mayAuditStranger())) return;
    await audit.close(denied ? "denied" : "failed", fault.code);
  } catch (error) {
    const code = error instanceof Error ? error.name : "unknown";
    log.error({ requestId: audit.origin.requestId, action: audit.action, code }, "a failure was not audited");
  }
}

/**
 * Record a call that was refused before its procedure began. It counts as a call.
 * @throws Fault `rate_limited` reason `calls_limited`
 */
export async function recordRefusal(ctx: Context, path: string, error: unknown): Promise<void> {
  countCallFrom(ctx.origin.address);
  await recordFailure(auditContextOf(ctx, path.slice(0, 100), null), faultOf(error), false);
}

/** 404 counts where it may stand for "not yours". */
function isDenial({ code, reason }: Fault): boolean {
  const { http } = faults[code];
  return http === 401 || http === 403 || (http === 404 && reason.code === "not_found");
}

function isFirstOverLimit({ origin }: AuditContext, { reason }: Fault): boolean {
  return reason.code === "calls_limited" && isFirstThisMinute(`limited ${networkOf(origin.address)}`);
}

function isSilent({ code, reason }: Fault): boolean {
  return (
    code === "invalid_input" || /^database_(away|busy)$/.test(reason.code) || reason.code === "calls_limited"
  );
}
