import type { Caller, Principal, RequestHeaders } from "@/access/caller";
import type { Permission } from "@/access/policy";
import { callerInOrganization } from "@/access/resolve";
import { countStream } from "@/access/stream-limit";
import { Fault } from "@/lib/fault";
import { type Context, createContext } from "@/rpc/context";
import { faultOf } from "@/rpc/error-shape";
import type { HttpCall } from "@/rpc/http-call";
import { procedures } from "@/server/procedure-facts";

const everyMs = 1_000;

/**
 * Run a stream for as long as its caller may have it: a revoked key, an ended session, a lost role or membership end it
 * within about a second. The organization in which it began counts, even if the session has switched since.
 * @param work the stream; it must end when the signal is aborted
 * @throws Fault `rate_limited` reason `streams_limited` when the caller has many open
 */
export async function whileAllowed(
  { ctx, signal }: HttpCall,
  path: string,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const began = await callerAtStart(ctx);
  const leave = began ? countStream(began) : () => undefined;
  const refused = new AbortController();
  const look = () => void assertStillAllowed(ctx.headers, path, began).catch(() => refused.abort());
  const timer = setInterval(look, everyMs);
  try {
    await work(AbortSignal.any([signal, refused.signal]));
  } finally {
    clearInterval(timer);
    leave();
  }
}

/** Who asked, and in which organization; null for whom the procedure itself refuses. */
async function callerAtStart(ctx: Context): Promise<(Principal & Partial<Caller>) | null> {
  return ctx.caller().catch(() => ctx.principal().catch(() => null));
}

/** Throws when the caller may no longer; while the database is away nobody is thrown out. */
async function assertStillAllowed(
  headers: RequestHeaders,
  path: string,
  began: Partial<Caller> | null,
): Promise<void> {
  try {
    await assertAllowed(headers, procedures.get(path)?.meta.access, began?.organizationId);
  } catch (error) {
    const { code } = faultOf(error);
    if (code === "unauthenticated" || code === "forbidden" || code === "rate_limited") throw error;
  }
}

async function assertAllowed(
  headers: RequestHeaders,
  access: string | undefined,
  organizationId?: string,
): Promise<void> {
  if (access === "anyone") return;
  const ctx = createContext(headers);
  const principal = await ctx.principal();
  if (access === "signedIn" || access === "sessionOnly") return;
  const inOrganization = organizationId && (await callerInOrganization(principal, organizationId));
  const caller = inOrganization || (await ctx.caller());
  const same = !organizationId || caller.organizationId === organizationId;
  if (same && caller.permissions.has(access as Permission)) return;
  throw new Fault("forbidden", { code: "permission_denied", params: { permission: access ?? "" } });
}
