import type { Guard } from "./guard";
import { audit } from "./table/audit";
import { authorization } from "./table/authorization";
import { callers } from "./table/callers";
import { deployments } from "./table/deployments";
import { gitGuards } from "./table/git";
import { network } from "./table/network";
import { previews } from "./table/previews";
import { requestGuards } from "./table/requests";
import { secrets } from "./table/secrets";
import { siteGuards } from "./table/sites";

/** Every guard that `npm run test:guards` takes out, one at a time. */
export const guards: readonly Guard[] = [
  ...callers,
  ...requestGuards,
  ...secrets,
  ...network,
  ...gitGuards,
  ...siteGuards,
  ...authorization,
  ...audit,
  ...deployments,
  ...previews,
];
