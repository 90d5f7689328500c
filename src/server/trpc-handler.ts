import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { Fault, faults } from "@/lib/fault";
import { assertText, parseJson, readText } from "@/rpc/body";
import { faultOf, reportBug, trpcErrorShape } from "@/rpc/error-shape";
import type { HttpAnswer, HttpCall } from "@/rpc/http-call";
import { addRetryAfter, httpRoute, json, type RouteRules } from "@/rpc/http-route";
import { callProcedure, runProcedure } from "@/server/call-procedure";
import { streamEvents } from "@/server/event-stream";
import { type ProcedureFacts, procedures } from "@/server/procedure-facts";
import { rulesOf } from "@/server/rest-handler";
import { appRouter } from "@/server/root";

const endpoint = "/api/trpc";

/** Calls that one HTTP request may hold. */
const maxBatch = 10;

/** tRPC 11 over HTTP. Queries also as POST with the bare input as the body. */
export const trpcRoute = httpRoute({ path: `${endpoint}/*`, rules, handle, refuse });

/** What one request asks for. */
interface Asked {
  /** By the paths in the address; undefined for one that is no procedure. */
  calls: { path: string; procedure: ProcedureFacts | undefined }[];
  isBatch: boolean;
}

function read({ params, query }: HttpCall): Asked {
  const path = params["*"] ?? "";
  const isBatch = query.get("batch") === "1";
  const paths = isBatch ? path.split(",") : [path];
  return { calls: paths.map((each) => ({ path: each, procedure: procedures.get(each) })), isBatch };
}

/** A batch is refused as a whole when one of its calls would be. */
function rules(call: HttpCall): RouteRules {
  const { calls } = read(call);
  if (calls.length > maxBatch) {
    throw new Fault("invalid_input", {
      code: "batch_too_large",
      params: { limit: maxBatch, got: calls.length },
    });
  }
  const changes = calls.some(({ procedure }) => procedure?.type === "mutation");
  return { ...rulesOf(calls.map(({ path }) => path).join(","), changes), calls: calls.length };
}

async function handle(call: HttpCall): Promise<HttpAnswer | null> {
  const { calls, isBatch } = read(call);
  const [only] = calls;
  if (calls.length > 1) assertNoKey(call);
  assertOneType(calls);
  const body = call.method === "POST" ? await readText(call.request) : null;
  const given = body === null ? fromUrl(call) : parseJson(body);
  if (only?.procedure?.type === "subscription") {
    if (isBatch) throw new Fault("invalid_input", { code: "request_unreadable" });
    return streamEvents(call, only.procedure, inputOf(only.procedure, given));
  }
  const isLines = call.headers.get("trpc-accept") === "application/jsonl";
  if (isLines && !call.headers.has("idempotency-key")) return asLines(call, body);
  const inputs = isBatch ? inputsOf(given) : [given];
  return answerTo(
    call,
    isBatch,
    calls.map(({ path, procedure }, at) => one(call, path, procedure, inputs[at], body, at)),
  );
}

/** One key cannot stand for several calls. */
function assertNoKey({ headers }: HttpCall): void {
  if (headers.has("idempotency-key")) throw new Fault("invalid_input", { code: "idempotency_batch" });
}

function assertOneType(calls: Asked["calls"]): void {
  const types = new Set(calls.flatMap(({ procedure }) => procedure?.type ?? []));
  if (types.size > 1) throw new Fault("invalid_input", { code: "request_unreadable" });
}

/** The JSON in the query; undefined where there is none. */
function fromUrl({ query }: HttpCall): unknown {
  const text = query.get("input");
  return text ? parseJson(assertText(text)) : undefined;
}

/** A query whose input has only optional fields may leave the input out. */
function inputOf({ input }: ProcedureFacts, given: unknown): unknown {
  return given === undefined && input ? {} : given;
}

/** Of a batch: an object with the index of each call. */
function inputsOf(given: unknown): Record<number, unknown> {
  if (given === undefined) return {};
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return { ...given };
  throw new Fault("invalid_input", { code: "request_unreadable" });
}

type Result = { data: unknown } | { fault: Fault; path: string };

async function one(
  call: HttpCall,
  path: string,
  procedure: ProcedureFacts | undefined,
  given: unknown,
  body: string | null,
  at: number,
): Promise<Result> {
  try {
    if (!procedure) throw new Fault("not_found", { code: "not_found", params: { what: "procedure" } });
    const input = inputOf(procedure, given);
    const data =
      at === 0
        ? await callProcedure(call, procedure, input, body ?? "")
        : await runProcedure(call, procedure, input, call.signal, at);
    return { data };
  } catch (error) {
    reportBug(error, call.ctx, path);
    return { fault: faultOf(error), path };
  }
}

async function answerTo(call: HttpCall, isBatch: boolean, running: Promise<Result>[]): Promise<HttpAnswer> {
  const results = await Promise.all(running);
  const statuses = new Set(
    results.map((result) => ("fault" in result ? faults[result.fault.code].http : 200)),
  );
  const [status = 200] = statuses;
  const envelopes = results.map((result) => envelope(call, result));
  const answer = json(isBatch ? envelopes : envelopes[0], statuses.size > 1 ? 207 : status);
  return { ...answer, headers: { ...answer.headers, vary: "trpc-accept, accept" } };
}

function envelope({ ctx }: HttpCall, result: Result): object {
  if (!("fault" in result)) return { result: { data: result.data } };
  addRetryAfter(ctx, result.fault);
  return { error: trpcErrorShape(result.fault, ctx.origin.requestId, result.path) };
}

function refuse({ ctx, params }: HttpCall, fault: Fault): HttpAnswer {
  const error = trpcErrorShape(fault, ctx.origin.requestId, params["*"] || undefined);
  return json({ error }, faults[fault.code].http);
}

/** A batch whose answers are sent line by line as they come: tRPC's own code writes that form. */
async function asLines(call: HttpCall, body: string | null): Promise<null> {
  const { ctx, method, signal } = call;
  const type = { "content-type": "application/json", "trpc-accept": "application/jsonl" };
  const answer = await fetchRequestHandler({
    endpoint,
    req: new Request(new URL(call.target, "http://localhost"), {
      method: method === "POST" ? "POST" : "GET",
      headers: type,
      signal,
      body: body === null ? undefined : body || "{}",
    }),
    router: appRouter,
    createContext: () => ctx,
    allowMethodOverride: true,
    onError: ({ error, path }) => reportBug(error, ctx, path),
  });
  const out = call.stream(Object.fromEntries(answer.headers));
  if (answer.body) await pipeline(Readable.fromWeb(answer.body as never), out);
  return null;
}
