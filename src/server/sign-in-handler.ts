import { parse } from "node:querystring";
import { z } from "zod";
import { authOptions, type Outcome } from "@/access/auth-options";
import { countCallFrom } from "@/access/rate-limit";
import { Fault, faults } from "@/lib/fault";
import { assertText, readBody } from "@/rpc/body";
import { createContext } from "@/rpc/context";
import { retryAfter } from "@/rpc/error-shape";
import { isSameOrigin } from "@/rpc/same-origin";
import { runNextAuth } from "@/server/next-auth";
import { restRefusal } from "@/server/rest-handler";

const Fields = z.record(z.string(), z.string());

/** `/api/auth/*`: signing in and out of the web app, by next-auth. */
export async function signInHandler(request: Request, nextauth: string[]): Promise<Response> {
  const ctx = createContext(request.headers);
  try {
    countCallFrom(ctx.origin.address);
    assertWay(request.method, nextauth.join("/"));
    assertOwnPage(request);
    const body = request.method === "POST" ? fields(request.headers, await readBody(request)) : {};
    const outcome: Outcome = {};
    const answer = await runNextAuth(
      { request, nextauth, body },
      authOptions(request.headers, ctx.origin, outcome),
    );
    return withOutcome(answer, outcome, ctx.answerHeaders);
  } catch (error) {
    return restRefusal(ctx, `auth.${nextauth[0]}`, error);
  }
}

/** What the pages use of next-auth. Its other ways end in texts and pages that are not ours. */
const ways: Record<string, readonly string[]> = {
  csrf: ["GET"],
  session: ["GET"],
  providers: ["GET"],
  error: ["GET"],
  signin: ["GET"],
  signout: ["GET", "POST"],
  "callback/credentials": ["POST"],
};

function assertWay(method: string, path: string): void {
  const methods = Object.hasOwn(ways, path) ? ways[path] : undefined;
  if (!methods) throw new Fault("not_found", { code: "not_found", params: { what: "procedure" } });
  if (methods.includes(method)) return;
  const params = { allowed: methods.join(" or ") };
  throw new Fault("method_not_allowed", { code: "wrong_method", params });
}

/** Beside next-auth's own token: nobody is signed in or out by a form on another site. */
function assertOwnPage(request: Request): void {
  if (request.method !== "POST" || !request.headers.has("origin")) return;
  if (!isSameOrigin(request.headers)) throw new Fault("forbidden", { code: "cross_origin" });
}

function fields(headers: Headers, text: string): Record<string, string> {
  const type = headers.get("content-type") ?? "";
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(type);
  if (!isForm && !/^application\/json\b/i.test(type))
    throw new Fault("unsupported_media", { code: "not_json" });
  const parsed = Fields.safeParse(isForm ? { ...parse(assertText(text)) } : json(text));
  if (!parsed.success) throw new Fault("invalid_input", { code: "request_unreadable" });
  return parsed.data;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault("invalid_input", { code: "broken_json" }, { cause });
  }
}

/** next-auth answers each failure with 401; a limited caller must learn when to come back. */
function withOutcome(answer: Response, { fault }: Outcome, extra: Headers): Response {
  for (const [name, value] of extra) answer.headers.set(name, value);
  if (!fault) return answer;
  const seconds = retryAfter(fault);
  if (seconds) answer.headers.set("retry-after", seconds);
  return new Response(answer.body, { status: faults[fault.code].http, headers: answer.headers });
}
