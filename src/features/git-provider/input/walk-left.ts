import { authorizes, methodOf } from "@/features/git-provider/input/auth-method";
import type { Change } from "@/features/git-provider/input/change";
import { hasName, secretColumns } from "@/features/git-provider/record/columns";
import type { ProviderRow } from "@/features/git-provider/record/row";
import type { Reason } from "@/lib/reason";
import type { Provider } from "@/providers/provider";

/** That a person has to walk through the host's pages once more after a change; undefined when there is no need. */
export function walkLeft(provider: Provider, row: ProviderRow, change: Change): Reason | undefined {
  const has = (name: string) =>
    name in change.secrets ? Boolean(change.secrets[name]) : row.fields[hasName(name)] === true;
  const secrets = Object.fromEntries(
    secretColumns(provider)
      .filter(has)
      .map((name) => [name, true]),
  );
  const settings = Object.fromEntries(Object.entries(change.settings).filter(([, value]) => value !== null));
  if (!authorizes(methodOf(provider, change.authMethod), { settings, secrets })) return undefined;
  return { code: "authorize_pending", params: { host: provider.manifest.label } };
}
