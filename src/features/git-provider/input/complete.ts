import { chooseMethod } from "@/features/git-provider/input/auth-method";
import { givenFields, type OwnFields } from "@/features/git-provider/input/schema";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { hasName, secretColumns, settingsIn } from "@/features/git-provider/record/store";
import type { Provider } from "@/providers/provider";

/**
 * The caller's input together with the fields that the provider fills in itself, such as a generated key and its public
 * key. They replace what the caller sent.
 * @param row the stored connection that is changed; none for a new one
 * @throws Fault `invalid_input` with an issue per field
 */
export async function completeInput<Input extends OwnFields & { authMethod?: string | null }>(
  provider: Provider,
  input: Input,
  row?: ProviderRow,
): Promise<Input> {
  if (!provider.complete) return input;
  const given = givenFields(provider, input);
  const named = input.authMethod ?? row?.authMethod;
  const authMethod = chooseMethod(provider, named, given);
  const stored = row ? storedOf(provider, row) : null;
  const settings = { ...stored?.settings, ...given.settings };
  const own = await provider.complete({ authMethod, settings, secrets: given.secrets, stored });
  return { ...input, ...own };
}

function storedOf(provider: Provider, row: ProviderRow) {
  const secrets = secretColumns(provider).filter((name) => row.fields[hasName(name)] === true);
  return { authMethod: row.authMethod, settings: settingsIn(provider, row), secrets };
}
