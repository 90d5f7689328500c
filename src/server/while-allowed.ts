import type { Caller, Principal } from "@/access/caller";
import type { Permission } from "@/access/policy";
import { callerInOrganization } from "@/access/resolve";
import { countStream } from "@/access/stream-limit";
import { Fault } from "@/lib/fault";
import { createContext } from "@/rpc/context";
import { faultOf } from "@/rpc/error-shape";
import { procedures } from "@/server/procedure-facts";

const everyMs = 1_000;

/**
 * Run a stream for as long as its caller may have it: a revoked key, an ended session, a lost role or membership
 * end it within about a second. What counts is the organization in which it began, wherever the session acts since.
 * @param open starts the stream; it must end when the signal does
 * @throws Fault `rate_limited` reason `streams_limited` when the caller has many open
 */
export async function whileAllowed(
  request: Request,
  path: string,
  open: (signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
  const { headers: given, signal } = request;
  const began = await beginning(given);
  const leave = began ? countStream(began) : () => undefined;
  const refused = new AbortController();
  const look = () => void check(given, path, began).catch(() => refused.abort());
  const timer = setInterval(look, everyMs);
  const stop = () => {
    clearInterval(timer);
    leave();
  };
  signal.addEventListener("abort", stop, { once: true }); // who is gone may never read to the end
  const answer = await open(AbortSignal.any([signal, refused.signal])).catch((error: unknown) => {
    stop();
    throw error;
  });
  const { status, headers } = answer;
  const streams = answer.body && headers.get("content-type")?.startsWith("text/event-stream");
  if (!streams) stop();
  return new Response(answer.body && tracked(answer.body, stop), { status, headers });
}

/** Who asked, and in which organization; null for whom the procedure itself refuses. */
async function beginning(headers: Headers): Promise<(Principal & Partial<Caller>) | null> {
  const ctx = createContext(headers);
  return ctx.caller().catch(() => ctx.principal().catch(() => null));
}

/** Throws when the caller may no longer; while the database is away nobody is thrown out. */
async function check(headers: Headers, path: string, began: Partial<Caller> | null): Promise<void> {
  try {
    await assertPermitted(headers, procedures.get(path)?.meta.access, began?.organizationId);
  } catch (error) {
    const { code } = faultOf(error);
    if (code === "unauthenticated" || code === "forbidden" || code === "rate_limited") throw error;
  }
}

async function assertPermitted(
  headers: Headers,
  access: string | undefined,
  organizationId?: string,
): Promise<void> {
  if (access === "anyone") return;
  const ctx = createContext(headers);
  const principal = await ctx.principal();
  if (access === "signedIn" || access === "sessionOnly") return;
  const caller =
    (organizationId && (await callerInOrganization(principal, organizationId))) || (await ctx.caller());
  const same = !organizationId || caller.organizationId === organizationId;
  if (same && caller.permissions.has(access as Permission)) return;
  throw new Fault("forbidden", { code: "permission_denied", params: { permission: access ?? "" } });
}

/** The same bytes; `ended` is called once they end, whoever ended them. */
function tracked(body: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const chunk = await reader.read().catch((error: unknown) => {
        ended();
        throw error;
      });
      if (!chunk.done) return controller.enqueue(chunk.value);
      ended();
      controller.close();
    },
    cancel(reason) {
      ended();
      return reader.cancel(reason);
    },
  });
}
