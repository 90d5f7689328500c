import { fieldOf } from "@/features/git-provider/input/schema";
import type { Provider } from "@/providers/provider";

/**
 * Secrets to try a connection with before it is saved: one that Slipway is asked to make is not there yet, and one
 * that was made only to be tried would be lost.
 */
export function withoutGenerated(
  provider: Provider,
  secrets: Record<string, string | null>,
): Record<string, string | null> {
  const pairs = Object.entries(secrets).map(([name, value]) => {
    const word = fieldOf(provider, name)?.generates;
    return [name, word !== undefined && value?.trim() === word ? null : value] as const;
  });
  return Object.fromEntries(pairs);
}
