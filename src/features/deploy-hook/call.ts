import { annotate } from "@/access/audit-context";
import { type Db, transaction } from "@/db/client";
import type { Application, DeployHook, Environment } from "@/db/generated/client";
import { CallDeployHook, type CalledDeployHook } from "@/features/deploy-hook/contract";
import { insertDeployment } from "@/features/deployment/enqueue";
import { followsRef } from "@/features/environment/follows-ref";
import { assertNotFrozen } from "@/features/environment/frozen";
import { assertUsable, system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { isCommitId } from "@/git/ref-name";
import { assertDiskSpace } from "@/lib/disk";
import { Fault } from "@/lib/fault";
import { parseJson, textOf } from "@/rpc/body";

/**
 * Queue a deployment of the environment of a hook: of its branch, or of another ref that its rules name.
 * @param raw what was sent along
 * @throws Fault `invalid_input` | `conflict` reason `environment_frozen` | `provider_inactive` | `deploy_hook_ref` |
 *   `deploy_hook_tag_needed`
 */
export async function callDeployHook(hook: DeployHook, raw: Buffer): Promise<CalledDeployHook> {
  const { deployHookId, organizationId, name } = hook;
  annotate({
    actor: { organizationId, name },
    target: { type: "deployHook", id: deployHookId, name },
  });
  const { ref } = readBody(parseJson(textOf(raw)));
  await assertDiskSpace();
  const deploymentId = await transaction((tx) => deploy(tx, hook, ref));
  return { deploymentId, status: "queued" };
}

function readBody(body: unknown): CallDeployHook {
  const parsed = CallDeployHook.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const summary = issues.map(({ path, message }) => `${path || "body"}: ${message}`).join("; ");
  throw new Fault("invalid_input", { code: "invalid_input", params: { summary } }, { issues });
}

async function deploy(tx: Db, hook: DeployHook, ref: string | undefined): Promise<string> {
  const { deployHookId, organizationId, environmentId, name } = hook;
  const environment = await environmentOf(tx, hook);
  const { applicationId, application } = environment;
  assertNotFrozen(environment);
  const wantedRef = refOf(environment, ref);
  assertUsable(await readProvider(system(organizationId), application.gitProviderId), applicationId);
  const actor = { organizationId, userId: null, name, kind: "deployHook" as const };
  const wanted = { applicationId, environmentId, ...wantedRef, trigger: "deployHook" as const };
  const { deploymentId } = await insertDeployment(tx, actor, wanted);
  const where = { deployHookId, organizationId };
  await tx.deployHook.updateMany({ where, data: { lastUsedAt: new Date() } });
  return deploymentId;
}

/**
 * What to deploy, with its whole name: a tag must not stand in for a branch of the same name, nor a branch for a tag.
 * @throws Fault `conflict` reason `deploy_hook_ref` | `deploy_hook_tag_needed`
 */
function refOf(environment: Environment, ref: string | undefined) {
  const { name, trigger, branch } = environment;
  if (ref !== undefined && !followsRef(environment, ref)) throw refOfOthers(environment, ref);
  if (trigger !== "tag") return { ref: ref ?? branch, fetchRef: branchOrCommitRef(ref ?? branch) };
  if (ref === undefined) throw new Fault("conflict", { code: "deploy_hook_tag_needed", params: { name } });
  return { ref, fetchRef: `refs/tags/${ref}` };
}

/** An environment may be set to one commit; the id needs no other name. */
function branchOrCommitRef(branch: string): string | null {
  return isCommitId(branch) ? null : `refs/heads/${branch}`;
}

type WithApplication = Environment & { application: Pick<Application, "gitProviderId"> };

/** @throws Fault `not_found` when it was removed meanwhile */
async function environmentOf(
  tx: Db,
  { organizationId, environmentId }: DeployHook,
): Promise<WithApplication> {
  const row = await tx.environment.findFirst({
    where: { environmentId, organizationId },
    include: { application: { select: { gitProviderId: true } } },
  });
  if (!row) throw new Fault("not_found", { code: "not_found", params: { what: "environment" } });
  return row;
}

function refOfOthers({ name, branch, branchPatterns, trigger, tagPattern }: Environment, ref: string): Fault {
  const branches = branchPatterns.length > 0 ? branchPatterns.join(", ") : branch;
  const follows = trigger === "tag" ? (tagPattern ?? "*") : branches;
  return new Fault("conflict", { code: "deploy_hook_ref", params: { ref, name, follows } });
}
