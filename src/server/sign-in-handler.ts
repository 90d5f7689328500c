import { parse } from "node:querystring";
import { z } from "zod";
import { authOptions, type Outcome } from "@/access/auth-options";
import { Fault, faults } from "@/lib/fault";
import { assertText, parseJson, readText } from "@/rpc/body";
import type { HttpAnswer, HttpCall } from "@/rpc/http-call";
import { addRetryAfter, httpRoute, type RouteRules } from "@/rpc/http-route";
import { runNextAuth } from "@/server/next-auth";

const Fields = z.record(z.string(), z.string());
const form = "application/x-www-form-urlencoded";

/** `/api/auth/*`: signing in and out of the web app, by next-auth. */
export const signInRoute = httpRoute({ path: "/api/auth/*", rules, handle });

/** The actions of next-auth that the pages use. Its other ones answer with pages of next-auth. */
const actions: Record<string, readonly string[]> = {
  csrf: ["GET"],
  session: ["GET"],
  providers: ["GET"],
  error: ["GET"],
  signin: ["GET"],
  signout: ["GET", "POST"],
  "callback/credentials": ["POST"],
};

function rules({ params }: HttpCall): RouteRules {
  const action = params["*"] ?? "";
  const methods = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!methods) throw new Fault("not_found", { code: "not_found", params: { what: "procedure" } });
  const [first = ""] = action.split("/");
  return { name: `auth.${first}`, methods, accepts: [form, "application/json"], from: "notForeignPages" };
}

async function handle(call: HttpCall): Promise<HttpAnswer> {
  const { ctx, headers, method, params, query } = call;
  const body =
    method === "POST" ? fields(headers.get("content-type") ?? "", await readText(call.request)) : {};
  const outcome: Outcome = {};
  const answer = await runNextAuth(
    { method, headers, query, nextauth: (params["*"] ?? "").split("/"), body },
    authOptions(headers, ctx.origin, outcome),
  );
  if (!outcome.fault) return answer;
  // next-auth answers each failure with 401; a limited caller must learn when to come back.
  addRetryAfter(ctx, outcome.fault);
  return { ...answer, status: faults[outcome.fault.code].http };
}

function fields(type: string, text: string): Record<string, string> {
  const isForm = type.toLowerCase().startsWith(form);
  const parsed = Fields.safeParse(isForm ? { ...parse(assertText(text)) } : parseJson(text));
  if (!parsed.success) throw new Fault("invalid_input", { code: "request_unreadable" });
  return parsed.data;
}
