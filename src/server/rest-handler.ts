import { Fault } from "@/lib/fault";
import { assertText, parseJson, readText } from "@/rpc/body";
import type { HttpAnswer, HttpCall } from "@/rpc/http-call";
import { httpRoute, json, type RouteRules } from "@/rpc/http-route";
import { callProcedure } from "@/server/call-procedure";
import { streamEvents } from "@/server/event-stream";
import { type ProcedureFacts, procedures } from "@/server/procedure-facts";
import { queryInput } from "@/server/query-input";

/**
 * The REST API: `/api/<router>.<procedure>` with plain JSON in and out. Queries also as GET with their fields as
 * query parameters. Subscriptions are streams of server-sent events, the same as over tRPC.
 */
export const restRoute = httpRoute({ path: "/api/*", rules, handle });

function procedureOf({ params }: HttpCall): ProcedureFacts {
  const procedure = procedures.get(params["*"] ?? "");
  if (!procedure) throw new Fault("not_found", { code: "not_found", params: { what: "procedure" } });
  return procedure;
}

function rules(call: HttpCall): RouteRules {
  const { path, type } = procedureOf(call);
  return rulesOf(path, type === "mutation");
}

/** What holds for calls of procedures, over REST and tRPC alike. */
export function rulesOf(name: string, changes: boolean): RouteRules {
  const accepts = ["application/json"];
  if (!changes) return { name, methods: ["GET", "HEAD", "POST"], accepts, from: "anywhere" };
  return { name, methods: ["POST"], wrongMethod: { code: "get_on_mutation" }, accepts, from: "ownPages" };
}

async function handle(call: HttpCall): Promise<HttpAnswer | null> {
  const procedure = procedureOf(call);
  const body = call.method === "POST" ? await readText(call.request) : null;
  const input = body === null ? fromUrl(call, procedure) : parseJson(body);
  if (procedure.type === "subscription") return streamEvents(call, procedure, input);
  const value = await callProcedure(call, procedure, input, body ?? "");
  return json(value ?? null);
}

function fromUrl({ query }: HttpCall, { input }: ProcedureFacts): unknown {
  assertText(query.toString().replaceAll("%00", "\0"));
  assertText(query.get("input") ?? "");
  return queryInput(input, query);
}
