import { described } from "@/lib/described";
import { faults } from "@/lib/fault";
import { log } from "@/lib/log";
import type { Context } from "@/rpc/context";
import { faultOf } from "@/rpc/error-shape";

/** Log what nobody expected, under the id that the caller was told. */
export function reportBug(error: unknown, ctx: Context | undefined, path: string | undefined): void {
  const fault = faultOf(error);
  if (faults[fault.code].http < 500 || fault.code === "unsupported") return;
  const call = { requestId: ctx?.origin.requestId, procedure: path, fault: fault.code };
  if (fault.code === "internal") log.error({ ...call, ...described(fault.cause) }, "a call failed");
  else log.warn({ ...call, reason: fault.reason.code }, "a call failed");
}
