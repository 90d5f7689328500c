import { apiKeyRouter } from "@/features/api-key/router";
import { applicationRouter } from "@/features/application/router";
import { auditRouter } from "@/features/audit/router";
import { webhookRouter } from "@/features/delivery/router";
import { deployHookRouter } from "@/features/deploy-hook/router";
import { deploymentRouter } from "@/features/deployment/router";
import { environmentRouter } from "@/features/environment/router";
import { gitProviderRouter } from "@/features/git-provider/router";
import { typeRouters } from "@/features/git-provider/type-router";
import { memberRouter } from "@/features/member/router";
import { notificationRecipientRouter } from "@/features/notification/router";
import { organizationRouter } from "@/features/organization/router";
import { previewRouter } from "@/features/preview/router";
import { repositoryRouter } from "@/features/repository/router";
import { roleRouter } from "@/features/role/router";
import { setupRouter } from "@/features/setup/router";
import { userRouter } from "@/features/user/router";
import { declareFields } from "@/rpc/audit";
import { router } from "@/rpc/procedure";

/** Every procedure of the API. One line per noun, in the order of the API reference. */
export const appRouter = router({
  setup: setupRouter,
  user: userRouter,
  organization: organizationRouter,
  member: memberRouter,
  role: roleRouter,
  apiKey: apiKeyRouter,
  notificationRecipient: notificationRecipientRouter,
  gitProvider: gitProviderRouter,
  ...typeRouters,
  repository: repositoryRouter,
  application: applicationRouter,
  environment: environmentRouter,
  deployHook: deployHookRouter,
  preview: previewRouter,
  deployment: deploymentRouter,
  webhook: webhookRouter,
  audit: auditRouter,
});

const definitions = Object.entries(appRouter._def.procedures as object) as [string, Definition][];
for (const [path, { _def }] of definitions) declareFields(path, Object.keys(_def.inputs[0]?.shape ?? {}));

/** As much of a procedure as names the fields of its input. */
interface Definition {
  _def: { inputs: { shape?: object }[] };
}

/** For typed clients. */
export type AppRouter = typeof appRouter;
