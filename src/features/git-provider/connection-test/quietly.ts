import { testStored } from "@/features/git-provider/connection-test/run";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";

/**
 * Bring the health of a provider up to date. Never throws: one that cannot be tested must not keep others from it,
 * nor undo what was done to it before.
 */
export async function testQuietly(find: () => Promise<ProviderRow | null>): Promise<void> {
  let gitProviderId: string | undefined;
  try {
    const row = await find();
    gitProviderId = row?.gitProviderId;
    if (row) await testStored(row);
  } catch (error) {
    const { code } = asFault(error).reason;
    log.warn({ gitProviderId, code }, "a provider could not be tested");
  }
}
