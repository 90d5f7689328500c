import type { Caller } from "@/access/caller";
import type { AuthorizeUrl } from "@/features/authorize/contract";
import { authorizePage } from "@/features/authorize/page-url";
import { demandRedirect } from "@/features/authorize/redirect";
import { readByTypeId } from "@/features/git-provider/read";
import { demandManage, viewerOf } from "@/features/git-provider/visibility";
import type { Provider } from "@/providers/provider";

/**
 * Where to authorize a provider: a page of ours, which a signed-in member walks. Nothing is begun by asking.
 * @throws Fault `not_found` | `forbidden` | `conflict` reason `walk_not_needed` | `unsupported`
 */
export async function authorize(
  caller: Caller,
  provider: Provider,
  input: Record<string, unknown>,
): Promise<AuthorizeUrl> {
  const row = await readByTypeId(viewerOf(caller), provider, String(input[provider.idField]));
  demandManage(row);
  demandRedirect(provider, row);
  return { authorizeUrl: authorizePage(row.gitProviderId) };
}
