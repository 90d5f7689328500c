import type { Target } from "@/access/audit";
import { AuditContext, auditMutation } from "@/access/audit-context";
import { isFirstThisMinute, mayAuditAnonymous, networkOf } from "@/access/rate-limit";
import { type Fault, faults } from "@/lib/fault";
import { log } from "@/lib/log";
import { processGlobal } from "@/lib/process-global";
import { registry } from "@/providers/registry";
import { actorOf, type Context } from "@/rpc/context";
import { faultOf } from "@/rpc/error-shape";

/** Ids by which a verb of another noun names what it changes. */
const idFields = [
  "gitProviderId",
  "applicationId",
  "environmentId",
  "deploymentId",
  "deliveryId",
  "memberId",
  "invitationId",
  "apiKeyId",
  "roleId",
  "organizationId",
  "fromGitProviderId",
];

const fields = processGlobal("auditedFields", () => new Map<string, ReadonlySet<string>>()).value;

/** Declare the input fields of a procedure: only these names are recorded, whatever a caller sends. */
export function declareFields(path: string, names: Iterable<string>): void {
  fields.set(path, new Set(names));
}

/** The audit context of one call: who, from where, what, on which target. */
export function auditContextOf(ctx: Context, path: string, input: unknown): AuditContext {
  const given = typeof input === "object" && input !== null ? (input as Record<string, unknown>) : {};
  const changed = Object.keys(given).filter((name) => fields.get(path)?.has(name) && !/Id$/.test(name));
  const details = changed.length > 0 ? { fields: changed.sort() } : undefined;
  return new AuditContext(path, ctx.origin, actorOf.bind(null, ctx), {
    target: targetOf(path, given),
    details,
  });
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
 * Record a failed call: a denial of a known caller, a mutation that failed, and, once a minute, a caller or an address
 * over its limit. Input refused by the schema was never tried and is not recorded. The caller gets the fault whatever
 * happens here.
 */
export async function recordFailure(audit: AuditContext, fault: Fault, changes: boolean): Promise<void> {
  const denied = isDenial(fault) || isFirstOverLimit(audit, fault);
  if (!denied && (!changes || isSilent(fault))) return;
  try {
    const { userId } = await audit.actor();
    if (!userId && (isDenial(fault) || !mayAuditAnonymous())) return;
    await audit.close(denied ? "denied" : "failed", fault.code);
  } catch (error) {
    const code = error instanceof Error ? error.name : "unknown";
    log.error({ requestId: audit.origin.requestId, action: audit.action, code }, "a failure was not audited");
  }
}

/**
 * Run a change outside a procedure with the audit: it is recorded in the transaction that commits it, and so is its
 * failure.
 * @param isRecorded whether a failure goes to the audit
 */
export async function auditCall<T>(
  ctx: Context,
  path: string,
  input: unknown,
  work: () => Promise<T>,
  isRecorded: (fault: Fault) => boolean | Promise<boolean> = () => true,
): Promise<T> {
  const audit = auditContextOf(ctx, path, input);
  try {
    const done = await auditMutation(audit, work);
    if (!audit.recorded) await audit.close("ok");
    return done;
  } catch (error) {
    const fault = faultOf(error);
    if (await isRecorded(fault)) await recordFailure(audit, fault, true);
    throw error;
  }
}

/** Record a request that was refused before it was handled. */
export async function recordRefusal(ctx: Context, path: string, error: unknown): Promise<void> {
  await recordFailure(auditContextOf(ctx, path.slice(0, 100), null), faultOf(error), false);
}

/** A 404 counts as a denial where it can mean "belongs to others". */
function isDenial({ code, reason }: Fault): boolean {
  const { http } = faults[code];
  return (
    http === 401 ||
    http === 403 ||
    (http === 404 && reason.code === "not_found" && reason.params?.what !== "procedure")
  );
}

function isFirstOverLimit({ origin }: AuditContext, { reason }: Fault): boolean {
  return reason.code === "calls_limited" && isFirstThisMinute(`limited ${networkOf(origin.address)}`);
}

/** Failures that are not recorded, since the change was not tried. */
const silentReasons = new Set(["database_away", "database_busy", "calls_limited", "organization_switched"]);

function isSilent({ code, reason }: Fault): boolean {
  return code === "invalid_input" || silentReasons.has(reason.code);
}
