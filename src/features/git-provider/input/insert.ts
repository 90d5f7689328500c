import type { Db } from "@/db/client";
import { pendingHealth } from "@/features/git-provider/health/record-health";
import { authorizes, chooseMethod, methodOf } from "@/features/git-provider/input/auth-method";
import { assertHost } from "@/features/git-provider/input/host";
import { type CreateInput, givenFields } from "@/features/git-provider/input/schema";
import { type Checked, check } from "@/features/git-provider/input/validate";
import { isFirst, lockOrganization, namingConflicts } from "@/features/git-provider/record/constraints";
import { insertFields } from "@/features/git-provider/record/store";
import { newId } from "@/lib/id";
import type { Reason } from "@/lib/reason";
import type { Provider } from "@/providers/provider";

/** A provider that passed every check and is not stored yet. */
export interface Prepared extends Checked {
  provider: Provider;
  name: string;
  description: string;
  authMethod: string;
  tokenExpiresOn: string | null;
  /** A step in the browser is still to be done: there is nothing yet to call the host with. */
  authorizes: boolean;
}

export interface Owner {
  organizationId: string;
  userId: string;
  /** Only this application may use it. */
  applicationId?: string;
}

/** @throws Fault `invalid_input` with an issue per field */
export function prepare(provider: Provider, input: CreateInput): Prepared {
  const given = givenFields(provider, input);
  const authMethod = chooseMethod(provider, input.authMethod, given);
  assertHost(provider, input.host, authMethod, given.settings);
  const checked = check(provider, authMethod, given);
  return {
    ...checked,
    provider,
    name: input.name,
    description: input.description ?? "",
    authMethod,
    tokenExpiresOn: input.tokenExpiresOn ?? null,
    authorizes: authorizes(methodOf(provider, authMethod), checked),
  };
}

/**
 * Store a prepared provider. The first one that an organization shares becomes its default.
 * @param tx an open transaction: organization, provider and its type's row go together
 * @returns the id of the provider
 * @throws Fault `conflict` reason `name_taken`
 */
export async function insert(tx: Db, owner: Owner, prepared: Prepared): Promise<string> {
  await lockOrganization(tx, owner.organizationId);
  const gitProviderId = newId();
  const { name, description, authMethod, provider } = prepared;
  const data = {
    ...owner,
    gitProviderId,
    name,
    description,
    authMethod,
    providerType: provider.type,
    visibility: owner.applicationId ? "application" : "everyone",
    isDefault: !owner.applicationId && (await isFirst(tx, owner.organizationId)),
    health: pendingHealth(pendingReason(prepared)),
    tokenExpiresOn: prepared.tokenExpiresOn ? new Date(prepared.tokenExpiresOn) : null,
  };
  await namingConflicts(name, () => tx.gitProvider.create({ data, select: { gitProviderId: true } }));
  await insertFields(tx, provider, { ...prepared, gitProviderId, organizationId: owner.organizationId });
  return gitProviderId;
}

function pendingReason({ authorizes, provider }: Prepared): Reason | undefined {
  if (!authorizes) return undefined;
  return { code: "authorize_pending", params: { host: provider.manifest.label } };
}
