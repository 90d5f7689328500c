import { faults } from "@/lib/fault";
import { log } from "@/lib/log";
import type { Context } from "@/rpc/context";
import { faultOf } from "@/rpc/error-shape";

/** Classes of error whose text is made by the engine from names in our own code. */
const plainSpoken = /^(TypeError|ReferenceError|RangeError)$/;

/**
 * Log what nobody expected, under the id that the caller was told. The text of most errors may hold what was being
 * worked on, so only its kind and its place are kept.
 */
export function reportBug(error: unknown, ctx: Context | undefined, path: string | undefined): void {
  const fault = faultOf(error);
  if (faults[fault.code].http < 500 || fault.code === "unsupported") return;
  const call = { requestId: ctx?.origin.requestId, procedure: path, fault: fault.code };
  if (fault.code === "internal") log.error({ ...call, ...describe(fault.cause) }, "a call failed");
  else log.warn({ ...call, reason: fault.reason.code }, "a call failed");
}

function describe(error: unknown) {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const at = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    code,
    ...(plainSpoken.test(error.name) && { text: error.message.slice(0, 300) }),
    at: at.slice(0, 12).map((line) => line.trim()),
  };
}
