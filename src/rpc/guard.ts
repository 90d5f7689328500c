import type { AnyTRPCRouter, TRPCProcedureType } from "@trpc/server";
import { Fault } from "@/lib/fault";
import { recordRefusal } from "@/rpc/audit";
import type { Context } from "@/rpc/context";
import { assertSameOrigin } from "@/rpc/same-origin";

/** Calls that one HTTP request may hold. */
const maxBatch = 10;

/** What kind a procedure is; null when there is none of that name. */
export function kindOf(router: AnyTRPCRouter, path: string): TRPCProcedureType | null {
  const procedures: Record<string, { _def: { type: TRPCProcedureType } }> = router._def.procedures;
  return Object.hasOwn(procedures, path) ? (procedures[path]?._def.type ?? null) : null;
}

/** As `guard`, and a refusal of someone known goes to the audit. @throws Fault as `guard` */
export async function guardCall(ctx: Context, router: AnyTRPCRouter, request: Request, paths: string[]) {
  try {
    guard(ctx, router, request, paths);
  } catch (error) {
    await recordRefusal(ctx, paths.join(","), error);
    throw error;
  }
}

/**
 * Check a request before any procedure runs and before its body is read.
 * @throws Fault `invalid_input` for a long batch, `method_not_allowed`, `unsupported_media`, `forbidden` across origins
 */
function guard(ctx: Context, router: AnyTRPCRouter, request: Request, paths: string[]): void {
  if (paths.length > maxBatch) {
    const params = { limit: maxBatch, got: paths.length };
    throw new Fault("invalid_input", { code: "batch_too_large", params });
  }
  const changes = paths.some((path) => kindOf(router, path) === "mutation");
  assertMethod(ctx, request.method, changes);
  if (request.method === "POST") assertJson(request.headers);
  if (changes) assertSameOrigin(request.headers);
}

function assertMethod({ answerHeaders }: Context, method: string, changes: boolean): void {
  const allowed = changes ? ["POST"] : ["GET", "HEAD", "POST"];
  if (allowed.includes(method)) return;
  answerHeaders.set("allow", allowed.join(", "));
  if (changes) throw new Fault("method_not_allowed", { code: "get_on_mutation" });
  throw new Fault("method_not_allowed", { code: "wrong_method", params: { allowed: "GET or POST" } });
}

/** Other types can be sent by any web page without asking; and this one cannot hide what it is. */
function assertJson(headers: Headers): void {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() === "application/json" && !headers.has("content-encoding")) return;
  throw new Fault("unsupported_media", { code: "not_json" });
}
