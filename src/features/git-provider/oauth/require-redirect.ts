import { methodOf } from "@/features/git-provider/input/auth-method";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";
import type { Provider } from "@/providers/provider";

/**
 * How this connection is authorized in the browser.
 * @throws Fault `conflict` reason `authorization_not_needed` | `unsupported` reason `authorization_unsupported`
 */
export function assertRedirect(
  provider: Provider,
  row: Pick<ProviderRow, "name" | "authMethod">,
): NonNullable<Provider["authorization"]> {
  const { kind, label: method } = methodOf(provider, row.authMethod);
  if (kind !== "redirect")
    throw new Fault("conflict", { code: "authorization_not_needed", params: { name: row.name, method } });
  if (provider.authorization) return provider.authorization;
  const params = { host: provider.manifest.label, method };
  throw new Fault("unsupported", { code: "authorization_unsupported", params });
}
