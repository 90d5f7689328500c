import { openRow, storedSettings } from "@/features/git-provider/client/open";
import { checkRepositoryAccess } from "@/features/git-provider/repository/check-access";
import { matchUrl } from "@/features/git-provider/repository/match-url";
import type { Usable } from "@/features/repository/usable";
import type { Repository } from "@/git/nouns";
import { asFault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import type { Forge, ParsedUrl } from "@/providers/provider";

const deadlineMs = 8_000;

/** A provider whose address covers a repository URL. */
export interface Match extends Usable {
  parsed: ParsedUrl;
  /** Length of the provider's address: the longer match is the more specific one. Zero for a provider for any host. */
  exactness: number;
}

export interface Candidate extends Match {
  /** Null when the repository can be read. */
  reason: Reason | null;
  repository?: Repository;
  forge?: Forge;
}

/** The providers whose address covers a repository URL. Asks no host. */
export function matchesOf(usable: Usable[], url: URL): Match[] {
  return usable.flatMap((one) => {
    const settings = storedSettings(one.provider, one.row);
    const parsed = matchUrl(one.provider, settings, url);
    const address = settings[one.provider.manifest.urlField];
    return parsed ? [{ ...one, parsed, exactness: String(address ?? "").length }] : [];
  });
}

/** Ask the host of a candidate for the repository. Never throws: why it cannot be read is the answer. */
export async function tryCandidate(match: Match): Promise<Candidate> {
  try {
    const { forge } = await openRow(match.row, { signal: AbortSignal.timeout(deadlineMs) });
    const { repository } = await checkRepositoryAccess(forge, { fullName: match.parsed.fullName });
    return { ...match, forge, reason: null, ...(repository && { repository }) };
  } catch (error) {
    return { ...match, reason: asFault(error).reason };
  }
}
