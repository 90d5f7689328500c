import type { Caller } from "@/access/caller";
import { parseRepositoryUrl } from "@/features/git-provider/repository/match-url";
import { choose } from "@/features/repository/choose";
import type { ResolvedRepository, ResolveRepository } from "@/features/repository/contract";
import { meaningOf } from "@/features/repository/meaning";
import { matchesOf, type Reached, reach, realRef } from "@/features/repository/reach";
import { nameOf, usableProviders } from "@/features/repository/usable";
import { isSshUrl } from "@/git/ssh-url";
import { inParallel } from "@/lib/map-concurrently";
import { messageOf } from "@/lib/reason";

const atOnce = 5;
const mostTried = 20;

/**
 * What a pasted address means, which of the caller's providers reach that repository, and which one is taken.
 * A host that cannot be reached is a candidate with a reason, never an error.
 * @throws Fault `invalid_input` for text that is no address of a repository
 */
export async function resolve(caller: Caller, { url }: ResolveRepository): Promise<ResolvedRepository> {
  const pasted = parseRepositoryUrl(url);
  const matches = matchesOf(await usableProviders(caller), pasted);
  const reached = await inParallel(matches.slice(0, mostTried), atOnce, reach);
  const chosen = choose(reached);
  const best = chosen?.reached ?? reached[0];
  const parsed = best ? await realRef(best) : meaningOf(pasted);
  const repository = best?.repository;
  return {
    host: pasted.host,
    fullName: repository?.fullName ?? parsed.fullName,
    url: repository?.url ?? addressOf(pasted, parsed.fullName),
    ref: parsed.ref ?? null,
    path: parsed.path ?? null,
    commit: parsed.commit ?? null,
    candidates: reached.map(candidate),
    chosen: chosen && {
      gitProviderId: chosen.reached.row.gitProviderId,
      why: chosen.why,
      tied: chosen.tied.map(({ row }) => row.gitProviderId),
    },
  };
}

function candidate({ row, reason, repository }: Reached): ResolvedRepository["candidates"][number] {
  return {
    provider: nameOf(row),
    reachable: reason === null,
    ...(reason && { reason: { code: reason.code, message: messageOf(reason) } }),
    ...(repository && { repository }),
  };
}

function addressOf(pasted: URL, fullName: string): string {
  if (/^https?:/.test(fullName) || isSshUrl(fullName)) return fullName;
  return pasted.protocol === "ssh:"
    ? `https://${pasted.hostname}/${fullName}`
    : `${pasted.origin}/${fullName}`;
}
