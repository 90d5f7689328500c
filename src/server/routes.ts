import type { HttpRoute } from "@/rpc/http-route";
import { deployHookRoute } from "@/server/deploy-hook-handler";
import { authorizationStartRoute, oauthCallbackRoute } from "@/server/oauth-callback-handler";
import { restRoute } from "@/server/rest-handler";
import { signInRoute } from "@/server/sign-in-handler";
import { healthRoute, openApiRoute, readyRoute } from "@/server/status-routes";
import { trpcRoute } from "@/server/trpc-handler";
import { appWebhookRoute, webhookRoute } from "@/server/webhook-handler";

/** Every HTTP route of the process; the first whose path fits answers. Pages are Next's. */
export const routes: readonly HttpRoute[] = [
  trpcRoute,
  signInRoute,
  healthRoute,
  readyRoute,
  openApiRoute,
  oauthCallbackRoute,
  authorizationStartRoute,
  webhookRoute,
  appWebhookRoute,
  deployHookRoute,
  restRoute,
];
