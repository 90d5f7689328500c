import type { HttpCall } from "@/rpc/http-call";
import { once } from "@/rpc/idempotency";
import { invoke } from "@/rpc/procedure";
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
  const { ctx, signal } = call;
  if (type !== "mutation") return invoke(appRouter, { ctx, path, type, input, signal });
  const run = () => invoke(appRouter, { ctx, path, type, input, signal });
  return once(ctx, { path, body, access: meta.access, secret: meta.answersSecret === true }, run);
}

/** The value of one procedure. @param signal aborted when nobody waits for it any more */
export function runProcedure(
  { ctx }: HttpCall,
  { path, type }: ProcedureFacts,
  input: unknown,
  signal: AbortSignal,
  batchIndex = 0,
): Promise<unknown> {
  return invoke(appRouter, { ctx, path, type, input, signal, batchIndex });
}
