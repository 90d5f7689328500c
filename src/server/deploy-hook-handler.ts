import { countDeployHookCall, countWrongDelivery } from "@/access/rate-limit";
import { callDeployHook } from "@/features/deploy-hook/call";
import { verifiedHook } from "@/features/deploy-hook/verify";
import { Fault } from "@/lib/fault";
import { auditCall } from "@/rpc/audit";
import { readBytes } from "@/rpc/body";
import type { HttpAnswer, HttpCall } from "@/rpc/http-call";
import { httpRoute, json } from "@/rpc/http-route";

/** What content systems send along may be large; only the ref is read of it. */
const longestBody = 256 * 1024;
const readingMs = 10_000;

/** `POST /api/hooks/<deployHookId>`: a script or a content system has an environment deployed. */
export const deployHookRoute = httpRoute({
  path: "/api/hooks/:deployHookId",
  rules: { name: "deployHook.call", methods: ["POST"], from: "anywhere" },
  handle: answer,
});

async function answer(call: HttpCall): Promise<HttpAnswer> {
  assertNoSecretInQuery(call);
  const { deployHookId = "" } = call.params;
  const raw = await readBytes(call.request, { limit: longestBody, withinMs: readingMs });
  const hook = await verifiedHook({ deployHookId, raw, headers: call.fetchHeaders });
  if (!hook) {
    countWrongDelivery(call.ctx.origin.address);
    throw new Fault("unauthenticated", { code: "deploy_hook_unknown" });
  }
  countDeployHookCall(hook.deployHookId);
  const done = await auditCall(call.ctx, "deployHook.call", {}, () => callDeployHook(hook, raw));
  return json(done, 202);
}

/** Addresses are kept in logs and histories. A caller who sends a secret in one is told so whether it is right or not. */
function assertNoSecretInQuery({ query }: HttpCall): void {
  const names = ["secret", "token", "key", "access_token"];
  if (names.some((name) => query.has(name)))
    throw new Fault("invalid_input", { code: "deploy_hook_secret_in_query" });
}
