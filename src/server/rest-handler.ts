import { callTRPCProcedure } from "@trpc/server";
import { Fault, faults } from "@/lib/fault";
import { assertText, parseBody, readBody } from "@/rpc/body";
import { type Context, createContext } from "@/rpc/context";
import { faultOf, reportBug, restErrorShape, retryAfter } from "@/rpc/error-shape";
import { guardCall } from "@/rpc/guard";
import { type Envelope, once } from "@/rpc/idempotency";
import { type ProcedureFacts, procedures } from "@/server/procedure-facts";
import { queryInput } from "@/server/query-input";
import { appRouter } from "@/server/root";
import { trpcHandler } from "@/server/trpc-handler";

/**
 * The REST API: `/api/<router>.<procedure>` with plain JSON in and out. Queries also as GET with their fields as
 * query parameters. Subscriptions are streams of server-sent events, the same as over tRPC.
 */
export async function restHandler(request: Request, name: string): Promise<Response> {
  const ctx = createContext(request.headers);
  try {
    const procedure = procedures.get(name);
    if (!procedure) throw new Fault("not_found", { code: "not_found", params: { what: "procedure" } });
    await guardCall(ctx, appRouter, request, [name]);
    return await answer(ctx, request, procedure);
  } catch (error) {
    return restRefusal(ctx, name, error);
  }
}

async function answer(ctx: Context, request: Request, procedure: ProcedureFacts): Promise<Response> {
  if (procedure.type === "subscription") return stream(request, procedure);
  const body = request.method === "POST" ? await readBody(request) : null;
  const { path, meta } = procedure;
  const call = { path, body: body ?? "", access: meta.access, secret: meta.answersSecret === true };
  const input = body === null ? fromUrl(request, procedure) : parseBody(body);
  const run = async () => envelope(ctx).wrap(await invoke(ctx, request, procedure, input));
  return procedure.type === "mutation" ? once(ctx, call, envelope(ctx), run) : run();
}

function invoke(ctx: Context, request: Request, procedure: ProcedureFacts, input: unknown): Promise<unknown> {
  const { path, type } = procedure;
  const { signal } = request;
  const getRawInput = async () => input;
  return callTRPCProcedure({ router: appRouter, path, type, ctx, signal, batchIndex: 0, getRawInput });
}

function fromUrl(request: Request, { input }: ProcedureFacts): unknown {
  const { searchParams } = new URL(request.url);
  assertText(searchParams.toString().replaceAll("%00", "\0"));
  assertText(searchParams.get("input") ?? "");
  return queryInput(input, searchParams);
}

/** Events are written by one piece of code: the request is rewritten as a tRPC one. */
async function stream(request: Request, { path, input }: ProcedureFacts): Promise<Response> {
  const url = new URL(request.url);
  const given =
    request.method === "POST" ? parseBody(await readBody(request)) : queryInput(input, url.searchParams);
  const target = new URL(`/api/trpc/${path}`, url);
  target.searchParams.set("input", JSON.stringify(given));
  const lastEventId = url.searchParams.get("lastEventId");
  if (lastEventId) target.searchParams.set("lastEventId", lastEventId);
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  headers.delete("content-type");
  return trpcHandler(new Request(target, { headers, signal: request.signal }));
}

/** The REST answer to whatever went wrong. */
export function restRefusal(ctx: Context, path: string, error: unknown): Response {
  const fault = faultOf(error);
  reportBug(error, ctx, path);
  const seconds = retryAfter(fault);
  if (seconds) ctx.answerHeaders.set("retry-after", seconds);
  const body = { error: restErrorShape(fault, ctx.origin.requestId) };
  return Response.json(body, { status: faults[fault.code].http, headers: ctx.answerHeaders });
}

function envelope(ctx: Context): Envelope {
  return {
    wrap: (value) => Response.json(value ?? null, { headers: ctx.answerHeaders }),
    unwrap: (answer) => answer.json(),
  };
}
