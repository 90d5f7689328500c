import type { Caller } from "@/access/caller";
import type { DeployApplication, DeployResult } from "@/features/application/contract";
import { findApplication } from "@/features/application/find";
import type { ApplicationRow } from "@/features/application/public";
import { actorOf, triggerOf } from "@/features/deployment/actor";
import { enqueueDeployment } from "@/features/deployment/enqueue";
import { repositoriesOf } from "@/features/deployment/repositories-of";
import { assertNotFrozen } from "@/features/environment/frozen";
import { assertUsable, system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { Fault } from "@/lib/fault";

/**
 * Queue a deployment of an environment: of the ref if given, else of the environment's branch. One that still waits
 * for the same environment is left out in its favour.
 * @throws Fault `not_found` | `conflict` reason `provider_inactive` | `environment_frozen`
 */
export async function deploy(caller: Caller, input: DeployApplication): Promise<DeployResult> {
  const application = await findApplication(caller, input.applicationId);
  const environment = environmentOf(application, input.environment);
  const { environmentId, branch } = environment;
  if (!input.force) assertNotFrozen(environment);
  const { applicationId, organizationId, gitProviderId } = application;
  assertUsable(await readProvider(system(organizationId), gitProviderId), applicationId);
  const actor = actorOf(caller);
  const wanted = {
    applicationId,
    environmentId,
    ref: input.ref ?? branch,
    trigger: triggerOf(actor),
    repositoriesOf: await repositoriesOf(caller, gitProviderId),
  };
  const { deploymentId } = await enqueueDeployment(actor, wanted);
  return { deploymentId, status: "queued" };
}

function environmentOf({ environments }: ApplicationRow, name: string) {
  const found = environments.find((environment) => environment.name === name);
  if (found) return found;
  const known = environments.map((environment) => environment.name).join(", ");
  throw new Fault("not_found", { code: "environment_missing", params: { name, known } });
}
