import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { db, transaction } from "@/db/client";
import { uniqueViolation } from "@/db/violation";
import type { CreateEnvironment, Environment } from "@/features/environment/contract";
import { findEnvironment } from "@/features/environment/find";
import { savePromotesFrom } from "@/features/environment/promotes-from";
import { toEnvironment } from "@/features/environment/public";
import { ruleColumns } from "@/features/environment/rules";
import { siteOf } from "@/features/environment/site";
import { saveVariables } from "@/features/environment/variables";
import { requestHooks } from "@/features/webhook/request";
import { Fault } from "@/lib/fault";

/**
 * Add an environment with a site of its own to an application.
 * @throws Fault `not_found` | `conflict` reason `environment_name_taken` | `invalid_input`
 */
export async function create(caller: Caller, input: CreateEnvironment): Promise<Environment> {
  const slug = await slugOf(caller, input.applicationId);
  const environmentId = await namingConflicts(input.name, () => insert(caller, input, slug));
  return toEnvironment(await findEnvironment(caller, environmentId));
}

async function slugOf({ organizationId }: Caller, applicationId: string): Promise<string> {
  const where = { applicationId: applicationId.replaceAll("\0", ""), organizationId };
  const row = await db().application.findFirst({ where, select: { slug: true } });
  if (!row) throw new Fault("not_found", { code: "not_found", params: { what: "application" } });
  return row.slug;
}

async function insert(caller: Caller, input: CreateEnvironment, slug: string): Promise<string> {
  const { organizationId } = caller;
  const { applicationId, name } = input;
  const columns = { ...(await ruleColumns(caller, input)), branch: input.branch };
  return transaction(async (tx) => {
    const site = siteOf(slug, name);
    const { environmentId } = await tx.environment.create({
      data: { ...columns, organizationId, applicationId, name, site },
    });
    await savePromotesFrom(tx, { organizationId, applicationId, environmentId }, input.promotesFrom);
    await saveVariables(tx, { organizationId, environmentId }, input.variables);
    await requestHooks(tx, organizationId);
    annotate({ target: { type: "environment", id: environmentId, name }, details: { applicationId } });
    return environmentId;
  });
}

async function namingConflicts<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const taken = uniqueViolation(error);
    if (!taken?.includes("name") && !taken?.includes("site")) throw error;
    throw new Fault("conflict", { code: "environment_name_taken", params: { name } }, { cause: error });
  }
}
