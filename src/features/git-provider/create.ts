import { note } from "@/access/act";
import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import { authorizePage } from "@/features/authorize/page-url";
import { completeInput } from "@/features/git-provider/complete-input";
import type { CreatedGitProvider } from "@/features/git-provider/contract";
import { credentialPage } from "@/features/git-provider/credential-page";
import { insert, prepare } from "@/features/git-provider/insert";
import { toPublic } from "@/features/git-provider/public";
import { readProvider } from "@/features/git-provider/read";
import type { CreateInput } from "@/features/git-provider/type-input";
import { viewerOf } from "@/features/git-provider/visibility";
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
    note({ target: { type: "gitProvider", id, name: prepared.name } });
    return id;
  });
  const row = await readProvider(viewerOf(caller), gitProviderId);
  const made = { ...toPublic(row), credentialPage: credentialPage(row) };
  return prepared.authorizes ? { ...made, authorizeUrl: authorizePage(gitProviderId) } : made;
}
