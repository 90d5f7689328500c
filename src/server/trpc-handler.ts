import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { z } from "zod";
import { Fault, faults } from "@/lib/fault";
import { assertText, parseBody, readBody } from "@/rpc/body";
import { type Context, createContext } from "@/rpc/context";
import { faultOf, reportBug, retryAfter, trpcErrorShape } from "@/rpc/error-shape";
import { guardCall, kindOf } from "@/rpc/guard";
import { type Envelope, once } from "@/rpc/idempotency";
import { answersSecret, procedures, takesInput } from "@/server/procedure-facts";
import { appRouter } from "@/server/root";
import { whileAllowed } from "@/server/while-allowed";

const endpoint = "/api/trpc";

/** tRPC 11 over HTTP. Queries also as POST with the bare input as the body. */
export async function trpcHandler(request: Request): Promise<Response> {
  const ctx = createContext(request.headers);
  const url = new URL(request.url);
  const path = pathOf(url);
  try {
    const isBatch = url.searchParams.get("batch") === "1";
    const paths = isBatch ? path.split(",") : [path];
    await guardCall(ctx, appRouter, request, paths);
    if (paths.length > 1) assertNoKey(request.headers);
    if (kindOf(appRouter, path) === "subscription") return await stream(ctx, request, path);
    if (request.method !== "POST") return await handle(ctx, withInput(request, url, path));
    const body = await readBody(request);
    parseBody(body); // what takes no input would not look at it
    const access = procedures.get(path)?.meta.access ?? "";
    const call = { path, body, access, secret: answersSecret(path) };
    const run = () => handle(ctx, withBody(request, body));
    return kindOf(appRouter, path) === "mutation"
      ? await once(ctx, call, envelope(ctx, isBatch), run)
      : await run();
  } catch (error) {
    return refuse(ctx, path, error);
  }
}

/** One key cannot stand for several calls. */
function assertNoKey(headers: Headers): void {
  if (headers.has("idempotency-key")) throw new Fault("invalid_input", { code: "idempotency_batch" });
}

function pathOf(url: URL): string {
  try {
    return decodeURIComponent(url.pathname.slice(endpoint.length + 1));
  } catch {
    return ""; // a broken escape names no procedure
  }
}

/** A query whose input has only optional fields may leave the input out. */
function withInput(request: Request, url: URL, path: string): Request {
  assertText(url.searchParams.get("input") ?? "");
  if (url.searchParams.has("input") || url.searchParams.has("batch") || !takesInput(path)) return request;
  url.searchParams.set("input", "{}");
  return new Request(url, { headers: request.headers, signal: request.signal });
}

async function stream(ctx: Context, request: Request, path: string): Promise<Response> {
  const { method, headers, url } = request;
  const body = method === "POST" ? (await readBody(request)) || "{}" : undefined;
  if (body === undefined) assertText(new URL(url).searchParams.get("input") ?? "");
  return whileAllowed(request, path, (signal) =>
    handle(ctx, new Request(url, { method, headers, signal, body })),
  );
}

function withBody(request: Request, body: string): Request {
  const { signal } = request;
  const headers = new Headers(request.headers);
  if (headers.has("idempotency-key")) headers.delete("trpc-accept"); // an answer to keep is one piece of JSON
  return new Request(request.url, { method: "POST", headers, signal, body: body || "{}" });
}

function handle(ctx: Context, request: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint,
    req: request,
    router: appRouter,
    createContext: () => ctx,
    allowMethodOverride: true,
    onError: ({ error, path }) => reportBug(error, ctx, path),
    responseMeta: ({ errors, data }) => meta(ctx, errors, data.length),
  });
}

/** tRPC knows no 424 and takes every fault of ours for a 500, so the status is decided here. */
function meta(ctx: Context, errors: unknown[], calls: number) {
  const found = errors.map(faultOf);
  const statuses = new Set<number>(found.map((fault) => faults[fault.code].http));
  if (errors.length < calls) statuses.add(200);
  const [status] = statuses;
  for (const fault of found) limit(ctx.answerHeaders, retryAfter(fault));
  return {
    headers: ctx.answerHeaders,
    ...(errors.length > 0 && { status: statuses.size > 1 ? 207 : status }),
  };
}

function limit(headers: Headers, seconds: string | null): void {
  if (seconds) headers.set("retry-after", seconds);
}

function refuse(ctx: Context, path: string, error: unknown): Response {
  const fault = faultOf(error);
  reportBug(error, ctx, path);
  limit(ctx.answerHeaders, retryAfter(fault));
  const body = { error: trpcErrorShape(fault, ctx.origin.requestId, path || undefined) };
  return Response.json(body, { status: faults[fault.code].http, headers: ctx.answerHeaders });
}

const Answer = z.object({ result: z.object({ data: z.unknown() }) });

/** @param isBatch typed clients put even a single call into a list */
function envelope(ctx: Context, isBatch: boolean): Envelope {
  return {
    wrap: (data) => {
      const answer = { result: { data } };
      return Response.json(isBatch ? [answer] : answer, { headers: ctx.answerHeaders });
    },
    unwrap: async (answer) => {
      const body: unknown = await answer.json();
      return Answer.parse(Array.isArray(body) ? body[0] : body).result.data;
    },
  };
}
