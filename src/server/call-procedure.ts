import { callTRPCProcedure } from "@trpc/server";
import type { HttpCall } from "@/rpc/http-call";
import { once } from "@/rpc/idempotency";
import type { ProcedureFacts } from "@/server/procedure-facts";
import { appRouter } from "@/server/root";

/**
 * The value of one procedure; a mutation with an Idempotency-Key is run once.
 * @param body as it was sent, to compare a repeated call with the first one
 */
export function callProcedure(
  call: HttpCall,
  procedure: ProcedureFacts,
  input: unknown,
  body: string,
): Promise<unknown> {
  const { path, type, meta } = procedure;
  const run = () => runProcedure(call, procedure, input, call.signal);
  if (type !== "mutation") return run();
  return once(call.ctx, { path, body, access: meta.access, secret: meta.answersSecret === true }, run);
}

/** The value of one procedure. @param signal aborted when nobody waits for it any more */
export function runProcedure(
  { ctx }: HttpCall,
  { path, type }: ProcedureFacts,
  input: unknown,
  signal: AbortSignal,
  batchIndex = 0,
): Promise<unknown> {
  const getRawInput = async () => input;
  return callTRPCProcedure({ router: appRouter, path, type, ctx, signal, batchIndex, getRawInput });
}
