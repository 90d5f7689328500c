import { TRPCError } from "@trpc/server";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { z } from "zod";
import { isDiskFull, isLockTimeout, isOutage } from "@/db/outage";
import { described } from "@/lib/described";
import { asFault, Fault, type FaultCode, faults } from "@/lib/fault";
import { log } from "@/lib/log";
import type { Context } from "@/rpc/context";

const codesOfTrpc: Record<string, FaultCode> = {
  PARSE_ERROR: "invalid_input",
  BAD_REQUEST: "invalid_input",
  NOT_FOUND: "not_found",
  METHOD_NOT_SUPPORTED: "method_not_allowed",
  UNSUPPORTED_MEDIA_TYPE: "unsupported_media",
  PAYLOAD_TOO_LARGE: "too_large",
};

/** The fault behind whatever a request ended with: ours, a schema's, a lost database's, or a bug's. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof TRPCError)) return databaseFault(error) ?? asFault(error);
  if (error.cause instanceof Fault) return error.cause;
  if (error.cause instanceof z.ZodError && error.code === "BAD_REQUEST") return inputFault(error.cause);
  if (error.cause instanceof SyntaxError) return new Fault("invalid_input", { code: "broken_json" });
  const code = codesOfTrpc[error.code];
  if (code === "not_found") return new Fault(code, { code: "not_found", params: { what: "procedure" } });
  if (code) return new Fault(code, { code: "request_unreadable" });
  return faultOf(error.cause ?? new Error(error.message));
}

/** A schema's verdict as a fault: each issue with the path of its field. */
function inputFault(error: z.ZodError): Fault {
  const issues = error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  const summary = issues
    .slice(0, 5)
    .map((issue) => `${issue.path || "input"}: ${issue.message.replace(/\.$/, "")}`)
    .join("; ");
  return new Fault("invalid_input", { code: "invalid_input", params: { summary } }, { issues });
}

/** Null when the error is not caused by the state of the database but by a bug or the caller. */
function databaseFault(cause: unknown): Fault | null {
  if (isDiskFull(cause)) return new Fault("unavailable", { code: "disk_full" }, { cause });
  if (isOutage(cause)) return new Fault("unavailable", { code: "database_away" }, { cause });
  return isLockTimeout(cause) ? new Fault("unavailable", { code: "database_busy" }, { cause }) : null;
}

/** What tRPC and REST answers tell about a fault. Nothing of the cause. */
function faultDetail(fault: Fault, requestId: string | undefined) {
  return {
    fault: fault.code,
    reason: fault.reason,
    requestId,
    ...(fault.issues && { issues: fault.issues }),
    ...(fault.details && { details: fault.details }),
    ...(fault.retryAt && { retryAt: fault.retryAt.toISOString() }),
  };
}

/** The `error` member of a tRPC answer. */
export function trpcErrorShape(fault: Fault, requestId: string | undefined, path?: string) {
  const { trpc, http } = faults[fault.code];
  return {
    code: TRPC_ERROR_CODES_BY_KEY[trpc],
    message: fault.message,
    data: { code: trpc, httpStatus: http, path, ...faultDetail(fault, requestId) },
  };
}

/** The `error` member of a REST answer. */
export function restErrorShape(fault: Fault, requestId: string) {
  return { code: faults[fault.code].trpc, message: fault.message, ...faultDetail(fault, requestId) };
}

/** Seconds until a limited caller may come back; null when the fault names no time. */
export function retryAfter(fault: Fault, now = Date.now()): string | null {
  return fault.retryAt ? String(Math.max(1, Math.ceil((fault.retryAt.getTime() - now) / 1000))) : null;
}

/** Log an unexpected error with the request id that the caller got. */
export function reportBug(error: unknown, ctx: Context | undefined, path: string | undefined): void {
  const fault = faultOf(error);
  if (faults[fault.code].http < 500 || fault.code === "unsupported") return;
  const call = { requestId: ctx?.origin.requestId, procedure: path, fault: fault.code };
  if (fault.code === "internal") log.error({ ...call, ...described(fault.cause) }, "a call failed");
  else log.warn({ ...call, reason: fault.reason.code }, "a call failed");
}
