import type { ServerResponse } from "node:http";
import { isTrackedEnvelope } from "@trpc/server";
import { faultOf, reportBug, trpcErrorShape } from "@/rpc/error-shape";
import type { HttpCall } from "@/rpc/http-call";
import { runProcedure } from "@/server/call-procedure";
import type { ProcedureFacts } from "@/server/procedure-facts";
import { whileAllowed } from "@/server/while-allowed";

const pingMs = 15_000;

/** Clients reconnect after this time without an event. */
const silenceMs = 30_000;

const headers = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

/**
 * Answer a subscription with server-sent events, in the form that tRPC clients read. A subscription begins with its
 * state: what refuses the caller is thrown before that first event, and is answered with a status like any call.
 * @throws Fault of the procedure
 */
export async function streamEvents(call: HttpCall, procedure: ProcedureFacts, input: unknown): Promise<null> {
  await whileAllowed(call, procedure.path, async (signal) => {
    const given = withLastEventId(call, input);
    const events = (await runProcedure(call, procedure, given, signal)) as AsyncIterable<unknown>;
    const iterator = events[Symbol.asyncIterator]();
    const first = await iterator.next();
    if (!call.signal.aborted) await write(call, procedure, iterator, first, signal);
  });
  return null;
}

/** A reconnecting client sends the id of the last event that it saw. */
function withLastEventId({ headers: given, query }: HttpCall, input: unknown): unknown {
  const lastEventId = given.get("last-event-id") ?? query.get("lastEventId") ?? query.get("Last-Event-Id");
  return lastEventId && typeof input === "object" ? { ...input, lastEventId } : input;
}

async function write(
  call: HttpCall,
  { path }: ProcedureFacts,
  events: AsyncIterator<unknown>,
  first: IteratorResult<unknown>,
  signal: AbortSignal,
): Promise<void> {
  const out = call.stream(headers);
  const ping = setInterval(() => out.write("event: ping\ndata: \n\n"), pingMs);
  try {
    out.write(`event: connected\ndata: ${JSON.stringify({ reconnectAfterInactivityMs: silenceMs })}\n\n`);
    for (let event = first; !event.done; event = await events.next()) await writeEvent(out, event.value);
    // Without the `return` event the client reconnects, and gets a status that says why it may not.
    if (!signal.aborted) out.write("event: return\ndata: \n\n");
  } catch (error) {
    if (signal.aborted) return;
    reportBug(error, call.ctx, path);
    const shape = trpcErrorShape(faultOf(error), call.ctx.origin.requestId, path);
    out.write(`event: serialized-error\ndata: ${JSON.stringify(shape)}\n\n`);
  } finally {
    clearInterval(ping);
    out.end();
    await events.return?.();
  }
}

/** Wait while the client is slower than we are: what it has not read would stay in memory. */
async function writeEvent(out: ServerResponse, value: unknown): Promise<void> {
  const text = isTrackedEnvelope(value)
    ? `data: ${JSON.stringify(value[1])}\nid: ${value[0]}\n\n`
    : `data: ${JSON.stringify(value)}\n\n`;
  if (out.write(text) || out.destroyed) return;
  await new Promise<void>((resolve) => {
    const go = () => {
      out.off("drain", go).off("close", go);
      resolve();
    };
    out.on("drain", go).on("close", go);
  });
}
