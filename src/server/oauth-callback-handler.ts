import { parse } from "node:querystring";
import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { callerBySlug } from "@/access/open-organization";
import { countCallOf, isFirstThisMinute } from "@/access/rate-limit";
import { begin } from "@/features/git-provider/oauth/begin";
import { callback, type Outcome } from "@/features/git-provider/oauth/callback";
import { sealError } from "@/features/git-provider/oauth/sealed-error";
import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";
import { auditCall } from "@/rpc/audit";
import { readText } from "@/rpc/body";
import type { Context } from "@/rpc/context";
import type { HttpAnswer, HttpCall } from "@/rpc/http-call";
import { httpRoute, restRefusal } from "@/rpc/http-route";
import { authorizationHeaders, browserStepPage } from "@/server/browser-step-page";

/** `POST /o/<slug>/providers/<gitProviderId>/authorize/step`: a person leaves for the pages of a host. */
export const authorizationStartRoute = httpRoute({
  path: "/o/:slug/providers/:gitProviderId/authorize/step",
  rules: {
    name: "gitProvider.authorize",
    methods: ["POST"],
    accepts: ["application/x-www-form-urlencoded"],
    from: "ownPages",
  },
  handle: leave,
  refuse: stayHere,
});

/** `GET /api/<type>/callback`: a person comes back from the pages of a host. */
export const oauthCallbackRoute = httpRoute({
  path: "/api/:type/callback",
  rules: ({ params }) => ({
    name: `${providerOf(params).type}.callback`,
    methods: ["GET"],
    from: "anywhere",
  }),
  handle: comeBack,
  refuse: withoutTrace,
});

async function leave(call: HttpCall): Promise<HttpAnswer> {
  const { ctx, params } = call;
  const { returnTo } = parse(await readText(call.request));
  const input = {
    gitProviderId: params.gitProviderId ?? "",
    returnTo: typeof returnTo === "string" ? returnTo : null,
  };
  return browserStepPage(
    await auditCall(ctx, "gitProvider.authorize", input, async () =>
      begin(await callerIn(ctx, params.slug ?? ""), input),
    ),
  );
}

/** In the organization of the page, even if another tab has made another one active. @throws Fault `not_found` */
async function callerIn(ctx: Context, slug: string): Promise<Caller> {
  const who = await ctx.principal();
  countCallOf(who);
  if (who.via.kind !== "session") throw new Fault("forbidden", { code: "session_only" });
  const caller = await callerBySlug(who, slug);
  if (!caller) throw new Fault("not_found", { code: "not_found", params: { what: "provider" } });
  annotate({ actor: { organizationId: caller.organizationId } });
  return caller;
}

/** Show a refused start of an authorization on the page that it was started from. */
function stayHere(call: HttpCall, fault: Fault): HttpAnswer {
  if (fault.code === "method_not_allowed" || fault.code === "rate_limited") return withoutTrace(call, fault);
  const [slug, id] = [call.params.slug, call.params.gitProviderId].map((text) =>
    encodeURIComponent(text ?? ""),
  );
  const page = `/o/${slug}/providers/${id}/authorize`;
  return fault.code === "unauthenticated" ? toSignIn(page) : go(withProblem(page, fault.reason));
}

function providerOf({ type = "" }: HttpCall["params"]): Provider {
  const provider = Object.hasOwn(registry, type) ? registry[type] : undefined;
  if (!provider) throw new Fault("not_found", { code: "not_found", params: { what: "procedure" } });
  return provider;
}

async function comeBack({ ctx, params, query }: HttpCall): Promise<HttpAnswer> {
  const provider = providerOf(params);
  const principal = await ctx.principal();
  countCallOf(principal);
  let problem: Problem | null = null;
  const work = async () => {
    const outcome = await callback(principal, provider, query);
    if (outcome.kind !== "problem") return outcome;
    problem = outcome;
    throw outcome.fault;
  };
  // Anyone can invent a state: its refusals are recorded once a minute.
  const isRecorded = () => problem?.isKnownFlow || isFirstThisMinute(`callback ${principal.userId}`);
  return auditCall(ctx, `${provider.type}.callback`, {}, work, isRecorded).then(
    answerOf,
    (error: unknown) => {
      if (!problem) throw error;
      return answerOf(problem);
    },
  );
}

type Problem = Extract<Outcome, { kind: "problem" }>;

function answerOf(outcome: Outcome): HttpAnswer {
  if (outcome.kind === "back") return go(outcome.path);
  if (outcome.kind === "step")
    return outcome.step.kind === "link" ? go(outcome.step.url) : browserStepPage(outcome.step);
  return go(withProblem(outcome.path ?? "/providers/returned", outcome.fault.reason));
}

/** A refusal without a page. The address may hold a code: the headers keep it out of caches and referrers. */
function withoutTrace(call: HttpCall, fault: Fault): HttpAnswer {
  if (fault.code === "unauthenticated") return toSignIn("/providers");
  const answer = restRefusal(call, fault);
  return { ...answer, headers: { ...answer.headers, ...authorizationHeaders } };
}

function withProblem(page: string, reason: Reason): string {
  return `${page}?${new URLSearchParams({ problem: sealError(reason) })}`;
}

function toSignIn(next: string): HttpAnswer {
  return go(`/sign-in?${new URLSearchParams({ next })}`);
}

/** Redirect to an address without the parameters of the callback, so that they do not stay in the browser's history. */
function go(location: string): HttpAnswer {
  return { status: 303, headers: { ...authorizationHeaders, location } };
}
