import type { Caller } from "@/access/caller";
import { parseRepositoryUrl } from "@/features/git-provider/repository/match-url";
import { type Candidate, matchesOf, tryCandidate } from "@/features/repository/candidates";
import { choose } from "@/features/repository/choose";
import type { ResolvedRepository, ResolveRepository } from "@/features/repository/contract";
import { splitLinkRef } from "@/features/repository/link-ref";
import { meaningOf } from "@/features/repository/meaning";
import { nameOf, usableProviders } from "@/features/repository/usable";
import { isSshUrl } from "@/git/ssh-url";
import { inParallel } from "@/lib/map-concurrently";
import { messageOf } from "@/lib/reason";

const atOnce = 5;
const mostTried = 20;

/**
 * What a pasted address means, which of the caller's providers can read that repository, and which one is taken.
 * A host that cannot be reached is a candidate with a reason, never an error.
 * @throws Fault `invalid_input` for text that is no address of a repository
 */
export async function resolve(caller: Caller, { url }: ResolveRepository): Promise<ResolvedRepository> {
  const repositoryUrl = parseRepositoryUrl(url);
  const matches = matchesOf(await usableProviders(caller), repositoryUrl);
  const candidates = await inParallel(matches.slice(0, mostTried), atOnce, tryCandidate);
  const chosen = choose(candidates);
  const best = chosen?.best ?? candidates[0];
  const parsed = best ? await splitLinkRef(best) : meaningOf(repositoryUrl);
  const repository = best?.repository;
  return {
    host: repositoryUrl.host,
    fullName: repository?.fullName ?? parsed.fullName,
    url: repository?.url ?? addressOf(repositoryUrl, parsed.fullName),
    ref: parsed.ref ?? null,
    path: parsed.path ?? null,
    commit: parsed.commit ?? null,
    candidates: candidates.map(candidate),
    chosen: chosen && {
      gitProviderId: chosen.best.row.gitProviderId,
      why: chosen.why,
      tied: chosen.tied.map(({ row }) => row.gitProviderId),
    },
  };
}

function candidate({ row, reason, repository }: Candidate): ResolvedRepository["candidates"][number] {
  return {
    provider: nameOf(row),
    reachable: reason === null,
    ...(reason && { reason: { code: reason.code, message: messageOf(reason) } }),
    ...(repository && { repository }),
  };
}

function addressOf(repositoryUrl: URL, fullName: string): string {
  if (/^https?:/.test(fullName) || isSshUrl(fullName)) return fullName;
  return repositoryUrl.protocol === "ssh:"
    ? `https://${repositoryUrl.hostname}/${fullName}`
    : `${repositoryUrl.origin}/${fullName}`;
}
