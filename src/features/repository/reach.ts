import { openRow, storedSettings } from "@/features/git-provider/client/open";
import { matchUrl } from "@/features/git-provider/repository/match-url";
import type { Usable } from "@/features/repository/usable";
import type { Repository } from "@/git/nouns";
import { asFault, Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import type { Forge, ParsedUrl } from "@/providers/provider";

const deadlineMs = 8_000;
/** A branch with more slashes than this is taken as the link has it. */
const deepestRef = 6;

/** A provider on whose host a pasted address lies. */
export interface Match extends Usable {
  parsed: ParsedUrl;
  /** Length of the provider's own address; the longer one is meant more exactly. Zero: it takes any host. */
  exactness: number;
}

export interface Reached extends Match {
  /** Null when the repository was reached. */
  reason: Reason | null;
  repository?: Repository;
  forge?: Forge;
}

type Linked = Pick<Reached, "parsed" | "forge"> & { repository?: Repository | null };

/** The providers on whose host the pasted address lies. Asks no host. */
export function matchesOf(usable: Usable[], pasted: URL): Match[] {
  return usable.flatMap((one) => {
    const settings = storedSettings(one.provider, one.row);
    const parsed = matchUrl(one.provider, settings, pasted);
    const address = settings[one.provider.manifest.urlField];
    return parsed ? [{ ...one, parsed, exactness: String(address ?? "").length }] : [];
  });
}

/** Ask the host for the repository. Never throws: why it cannot be reached is the answer. */
export async function reach(match: Match): Promise<Reached> {
  try {
    const { forge } = await openRow(match.row, { signal: AbortSignal.timeout(deadlineMs) });
    const { fullName } = match.parsed;
    if (forge.repositories) {
      return { ...match, forge, reason: null, repository: await forge.repositories.get({ fullName }) };
    }
    await forge.refs.list({ fullName }, { kind: "branch", limit: 1 });
    return { ...match, forge, reason: null };
  } catch (error) {
    return { ...match, reason: asFault(error).reason };
  }
}

/**
 * Where a branch ends and a path begins cannot be seen in a link when the branch has slashes: the host is asked for
 * the shortest one that is there.
 */
export async function realRef({ parsed, forge, repository }: Linked): Promise<ParsedUrl> {
  const { ref, path, fullName } = parsed;
  if (!ref || !path || !forge) return parsed;
  const parts = [ref, ...path.split("/")];
  const key = { id: repository?.id, fullName };
  for (let length = 1; length <= Math.min(parts.length, deepestRef); length++) {
    const name = parts.slice(0, length).join("/");
    if (await exists(forge, key, name)) {
      return { ...parsed, ref: name, path: parts.slice(length).join("/") || undefined };
    }
  }
  return parsed;
}

async function exists(forge: Forge, key: { id?: string; fullName: string }, ref: string): Promise<boolean> {
  try {
    await forge.refs.resolve(key, ref);
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}
