import { parse } from "node:querystring";
import { annotate, auditMutation } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { callerBySlug } from "@/access/open-organization";
import { begin } from "@/features/git-provider/oauth/begin";
import { callback, type Outcome } from "@/features/git-provider/oauth/callback";
import { sealError } from "@/features/git-provider/oauth/sealed-error";
import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { registry } from "@/providers/registry";
import { auditContextOf, recordFailure } from "@/rpc/audit";
import { readBody } from "@/rpc/body";
import { type Context, createContext } from "@/rpc/context";
import { faultOf, reportBug } from "@/rpc/error-shape";
import { assertSameOrigin } from "@/rpc/same-origin";
import { authorizationHeaders, browserStepPage } from "@/server/browser-step-page";
import { restRefusal } from "@/server/rest-handler";

/** `POST /o/<slug>/providers/<gitProviderId>/authorize/step`: a person leaves for the pages of a host. */
export async function authorizationStartHandler(
  request: Request,
  slug: string,
  gitProviderId: string,
): Promise<Response> {
  const ctx = createContext(request.headers);
  const page = `/o/${encodeURIComponent(slug)}/providers/${encodeURIComponent(gitProviderId)}/authorize`;
  const name = "gitProvider.authorize";
  try {
    assertSameOrigin(request.headers);
    const { returnTo } = parse(await readBody(request));
    const input = { gitProviderId, returnTo: typeof returnTo === "string" ? returnTo : null };
    return browserStepPage(
      await audited(ctx, name, input, async () => begin(await callerIn(ctx, slug), input)),
    );
  } catch (error) {
    const fault = faultOf(error);
    reportBug(error, ctx, name);
    if (fault.code === "unauthenticated") return toSignIn(page);
    return go(withProblem(page, fault.reason));
  }
}

/** In the organization of the page, whichever another tab looks at now. @throws Fault `not_found` */
async function callerIn(ctx: Context, slug: string): Promise<Caller> {
  const who = await ctx.principal();
  if (who.via.kind !== "session") throw new Fault("forbidden", { code: "session_only" });
  const caller = await callerBySlug(who, slug);
  if (!caller) throw new Fault("not_found", { code: "not_found", params: { what: "provider" } });
  annotate({ actor: { organizationId: caller.organizationId } });
  return caller;
}

/** `GET /api/<type>/callback`: a person comes back from the pages of a host. */
export async function oauthCallbackHandler(request: Request, type: string): Promise<Response> {
  const ctx = createContext(request.headers);
  const name = `${type}.callback`;
  try {
    const provider = Object.hasOwn(registry, type) ? registry[type] : undefined;
    if (!provider) throw new Fault("not_found", { code: "not_found", params: { what: "procedure" } });
    const query = new URL(request.url).searchParams;
    return answerOf(
      await audited(ctx, name, {}, async () => {
        const outcome = await callback(await ctx.principal(), provider, query);
        if (outcome.kind === "problem") throw new Unfinished(outcome);
        return outcome;
      }),
    );
  } catch (error) {
    if (error instanceof Unfinished) return answerOf(error.outcome);
    if (faultOf(error).code === "unauthenticated") return toSignIn("/providers");
    const answer = restRefusal(ctx, name, error);
    for (const [header, value] of Object.entries(authorizationHeaders)) answer.headers.set(header, value);
    return answer;
  }
}

/** What a callback came to when nothing was changed: a failure for the audit, a page for the person. */
class Unfinished extends Error {
  readonly outcome: Extract<Outcome, { kind: "problem" }>;

  constructor(outcome: Extract<Outcome, { kind: "problem" }>) {
    super(outcome.fault.message, { cause: outcome.fault });
    this.outcome = outcome;
  }
}

/** As for the mutations of the API: what is committed carries its record, and so does a failure. */
async function audited<T>(ctx: Context, path: string, input: object, work: () => Promise<T>): Promise<T> {
  const audit = auditContextOf(ctx, path, input);
  try {
    const done = await auditMutation(audit, work);
    if (!audit.recorded) await audit.close("ok");
    return done;
  } catch (error) {
    const fault = error instanceof Unfinished ? error.outcome.fault : faultOf(error);
    await recordFailure(audit, fault, true);
    throw error;
  }
}

function answerOf(outcome: Outcome): Response {
  if (outcome.kind === "back") return go(outcome.path);
  if (outcome.kind === "step")
    return outcome.step.kind === "link" ? go(outcome.step.url) : browserStepPage(outcome.step);
  return go(withProblem(outcome.path ?? "/providers/returned", outcome.fault.reason));
}

function withProblem(page: string, reason: Reason): string {
  return `${page}?${new URLSearchParams({ problem: sealError(reason) })}`;
}

function toSignIn(next: string): Response {
  return go(`/sign-in?${new URLSearchParams({ next })}`);
}

/** To a clean address: what the host sent along stays in no history. */
function go(location: string): Response {
  return new Response(null, { status: 303, headers: { ...authorizationHeaders, location } });
}
