import { type AnyTRPCRouter, callTRPCProcedure, initTRPC, type TRPCProcedureType } from "@trpc/server";
import { z } from "zod";
import { auditMutation, auditQuery } from "@/access/audit-context";
import type { Permission } from "@/access/policy";
import { countCallOf } from "@/access/rate-limit";
import { Fault } from "@/lib/fault";
import { inputMessage } from "@/lib/input-message";
import { compileAnswers } from "@/rpc/answer";
import { auditContextOf, recordFailure } from "@/rpc/audit";
import type { Context } from "@/rpc/context";
import { faultOf, trpcErrorShape } from "@/rpc/error-shape";

/** What a procedure declares about itself; the scenario tests and the API reference read it. */
export interface Meta {
  /** A permission, or who may call without one. There is no default: an undeclared procedure cannot be written. */
  access: Permission | "anyone" | "signedIn" | "sessionOnly";
  /** The answer holds a secret that is shown once: it is never stored for Idempotency-Key. */
  answersSecret?: boolean;
  summary?: string;
}

z.config({ customError: inputMessage });

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    errorFormatter: ({ shape, error, ctx }) =>
      trpcErrorShape(faultOf(error), ctx?.origin.requestId, shape.data.path),
  });

/** As tRPC's own, with compiled answers. */
export const router = ((procedures) => {
  compileAnswers(procedures);
  return t.router(procedures);
}) as typeof t.router;

export const createCallerFactory = t.createCallerFactory;

/** One call of a procedure. */
interface Call {
  ctx: Context;
  path: string;
  type: TRPCProcedureType;
  input: unknown;
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
  batchIndex?: number;
}

/** The value of one procedure. @throws TRPCError */
export function invoke(root: AnyTRPCRouter, { input, batchIndex = 0, ...call }: Call): Promise<unknown> {
  return callTRPCProcedure({ ...call, router: root, batchIndex, getRawInput: async () => input });
}

/**
 * The base of every procedure, so that none can omit the audit. A mutation is recorded in the transaction that it
 * commits; one that committed nothing is recorded before it is answered, and fails when that fails.
 */
const procedure = t.procedure.use(async ({ ctx, path, type, getRawInput, next }) => {
  const changes = type === "mutation";
  const audit = auditContextOf(ctx, path, await getRawInput().catch(() => undefined));
  const result = await (changes ? auditMutation : auditQuery)(audit, () => next());
  if (!result.ok) await recordFailure(audit, faultOf(result.error), changes);
  else if (changes && !audit.recorded) await audit.close("ok");
  return result;
});

/** For anyone, signed in or not: set-up, sign-in helpers, status. */
export function anyone(meta: Omit<Meta, "access"> = {}) {
  return procedure.meta({ ...meta, access: "anyone" });
}

/** For any signed-in person or key, whatever the organization. */
export function signedIn(meta: Omit<Meta, "access"> = {}) {
  return procedure.meta({ ...meta, access: "signedIn" }).use(async ({ ctx, next }) => {
    const who = await ctx.principal();
    countCallOf(who);
    return next({ ctx: { ...ctx, who } });
  });
}

/** For people in the web app only; a key is refused. */
export function sessionOnly(meta: Omit<Meta, "access"> = {}) {
  return procedure.meta({ ...meta, access: "sessionOnly" }).use(async ({ ctx, next }) => {
    const who = await ctx.principal();
    countCallOf(who);
    if (who.via.kind !== "session") throw new Fault("forbidden", { code: "session_only" });
    return next({ ctx: { ...ctx, who, sessionId: who.via.sessionId } });
  });
}

/** For callers who hold `permission` in the organization they act in. `ctx.who` is the caller. */
export function may(permission: Permission, meta: Omit<Meta, "access"> = {}) {
  return procedure.meta({ ...meta, access: permission }).use(async ({ ctx, next }) => {
    const who = await ctx.caller();
    countCallOf(who);
    if (!who.permissions.has(permission)) {
      throw new Fault("forbidden", { code: "permission_denied", params: { permission } });
    }
    return next({ ctx: { ...ctx, who } });
  });
}
