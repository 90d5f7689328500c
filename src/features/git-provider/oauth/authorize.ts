import type { Caller } from "@/access/caller";
import type { AuthorizeUrl } from "@/features/git-provider/oauth/contract";
import { assertRedirect } from "@/features/git-provider/oauth/require-redirect";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { authorizePage } from "@/features/git-provider/record/page-url";
import { readByTypeId } from "@/features/git-provider/record/read";
import type { Provider } from "@/providers/provider";

/**
 * The page of Slipway on which a signed-in member starts the authorization. No flow is started by this call.
 * @throws Fault `not_found` | `forbidden` | `conflict` reason `authorization_not_needed` | `unsupported`
 */
export async function authorize(
  caller: Caller,
  provider: Provider,
  input: Record<string, unknown>,
): Promise<AuthorizeUrl> {
  const row = await readByTypeId(viewerOf(caller), provider, String(input[provider.idField]));
  assertManage(row);
  assertRedirect(provider, row);
  return { authorizeUrl: await authorizePage(row) };
}
