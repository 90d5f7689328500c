import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import { credentialPage } from "@/features/git-provider/client/credential-page";
import type { CreatedGitProvider } from "@/features/git-provider/contract";
import { completeInput } from "@/features/git-provider/input/complete";
import { insert, prepare } from "@/features/git-provider/input/insert";
import type { CreateInput } from "@/features/git-provider/input/schema";
import { toPublic } from "@/features/git-provider/public";
import { viewerOf } from "@/features/git-provider/record/access";
import { authorizePage } from "@/features/git-provider/record/page-url";
import { readProvider } from "@/features/git-provider/record/read";
import type { Provider } from "@/providers/provider";

/**
 * Save a new provider. The host is not called: a test shows whether it works.
 * @throws Fault `invalid_input` | `conflict` reason `name_taken`
 */
export async function create(
  caller: Caller,
  provider: Provider,
  input: CreateInput,
): Promise<CreatedGitProvider> {
  const prepared = prepare(provider, await completeInput(provider, input));
  const { organizationId, userId } = caller;
  const gitProviderId = await transaction(async (tx) => {
    const id = await insert(tx, { organizationId, userId }, prepared);
    annotate({ target: { type: "gitProvider", id, name: prepared.name } });
    return id;
  });
  const row = await readProvider(viewerOf(caller), gitProviderId);
  const made = { ...toPublic(row), credentialPage: credentialPage(row) };
  if (!prepared.authorizes) return made;
  return { ...made, authorizeUrl: await authorizePage({ organizationId, gitProviderId }) };
}
