import { currentSecrets, secretsOf } from "@/features/git-provider/client/open";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";
import type { Provider } from "@/providers/provider";

type Secrets = Record<string, string | null>;

/** What is to be replaced. A secret that no longer opens is none: there is nothing to put back then. */
export function storedSecrets(row: ProviderRow): Promise<Secrets> {
  return unlessUnreadable(currentSecrets(row));
}

/** The same without a renewal: what is new does not need the token in use. */
export function plainSecrets(provider: Provider, row: ProviderRow): Promise<Secrets> {
  return unlessUnreadable(secretsOf(provider, row));
}

async function unlessUnreadable(opened: Promise<Secrets>): Promise<Secrets> {
  try {
    return await opened;
  } catch (error) {
    if (error instanceof Fault && error.reason.code === "secret_unreadable") return {};
    throw error;
  }
}
