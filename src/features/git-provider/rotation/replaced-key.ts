import { storedSecrets } from "@/features/git-provider/client/stored-secrets";
import { storedHealth } from "@/features/git-provider/health/health";
import type { Change } from "@/features/git-provider/input/change";
import { fieldOf } from "@/features/git-provider/input/schema";
import { hasName } from "@/features/git-provider/record/columns";
import type { ProviderRow } from "@/features/git-provider/record/row";
import {
  type OpenedPrevious,
  previousCredentialOf,
  replacedBy,
} from "@/features/git-provider/rotation/previous-credential";
import type { Provider } from "@/providers/provider";

/**
 * The key that a change puts another one in the place of, to be kept for a way back; null when there is none. A key
 * that was made here exists nowhere else. What is typed in, such as a token, is kept by a rotation only.
 */
export async function replacedKey(
  provider: Provider,
  row: ProviderRow,
  change: Change,
): Promise<Pick<OpenedPrevious, "secrets" | "settings"> | null> {
  const names = Object.keys(change.secrets).filter((name) => fieldOf(provider, name)?.generates);
  const had = names.some((name) => change.secrets[name] && row.fields[hasName(name)] === true);
  if (!had || change.moved || (await hidesAnother(row))) return null;
  return replacedBy(change, row, await storedSecrets(row));
}

/** A key that never worked does not push out the one before it, which did. */
async function hidesAnother(row: ProviderRow): Promise<boolean> {
  const isUnproven = storedHealth(row).state === "pending" || row.rejectionCount > 0;
  return isUnproven && (await previousCredentialOf(row)) !== null;
}
