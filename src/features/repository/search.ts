import type { Caller } from "@/access/caller";
import { hasRepositories } from "@/features/git-provider/input/schema";
import { listRepositories } from "@/features/git-provider/repository/list";
import type { FoundRepositories, SearchRepositories } from "@/features/repository/contract";
import { searchKnown } from "@/features/repository/local-index";
import { byRank } from "@/features/repository/rank";
import { nameOf, type Usable, usableProviders } from "@/features/repository/usable";
import type { Repository } from "@/git/nouns";
import { asFault, Fault } from "@/lib/fault";
import { inParallel } from "@/lib/map-concurrently";
import { messageOf, type Reason } from "@/lib/reason";

const deadlineMs = 6_000;
const atOnce = 6;

interface Answered {
  usable: Usable;
  repositories: Repository[];
  failure?: Reason;
  incomplete?: Reason;
}

/**
 * Repositories by name on every host the caller may use. What was listed before is searched too, so a host that is
 * slow or down still shows what is known of it, and is named among the failures.
 */
export async function search(caller: Caller, input: SearchRepositories): Promise<FoundRepositories> {
  const usable = (await usableProviders(caller)).filter(({ provider }) => hasRepositories(provider));
  const listed = await searchKnown(caller.organizationId, usable, input.search);
  const knownTo = ({ row }: Usable) =>
    listed
      .filter(({ gitProviderId }) => gitProviderId === row.gitProviderId)
      .map(({ repository }) => repository);
  const answers = input.known
    ? usable.map((one): Answered => ({ usable: one, repositories: knownTo(one) }))
    : await inParallel(usable, atOnce, (one) => ask(one, input, knownTo(one)));
  const compare = byRank(input.search);
  const items = answers
    .flatMap(({ usable: { row }, repositories }) =>
      repositories.map((repository) => ({ provider: nameOf(row), repository })),
    )
    .sort((a, b) => compare(a.repository, b.repository))
    .slice(0, input.limit);
  const failures = answers.flatMap(({ usable, failure }) => failuresOf(usable, failure));
  const incomplete = answers.flatMap((answer) => failuresOf(answer.usable, answer.incomplete));
  return { items, failures, incomplete };
}

function failuresOf({ row }: Usable, reason: Reason | undefined): FoundRepositories["failures"] {
  return reason ? [{ provider: nameOf(row), reason: { code: reason.code, message: messageOf(reason) } }] : [];
}

async function ask(
  usable: Usable,
  { search, limit }: SearchRepositories,
  known: Repository[],
): Promise<Answered> {
  const { row } = usable;
  try {
    const query = { search: search.trim() || undefined, limit };
    const { page } = await inTime(row.name, listRepositories(row, query));
    return {
      usable,
      repositories: distinct([...page.items, ...known]),
      incomplete:
        page.incomplete?.reason ?? (page.nextCursor === null ? undefined : onlyFirst(row.name, limit)),
    };
  } catch (error) {
    return { usable, repositories: distinct(known), failure: asFault(error).reason };
  }
}

function onlyFirst(provider: string, count: number): Reason {
  return { code: "search_first_matches", params: { provider, count } };
}

/** Give up waiting at the deadline. The late answer is still cached for the next search. */
async function inTime<T>(name: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const reason = { code: "host_timeout", params: { host: name } };
    timer = setTimeout(() => reject(new Fault("unavailable", reason)), deadlineMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function distinct(repositories: Repository[]): Repository[] {
  return [...new Map(repositories.toReversed().map((repository) => [repository.id, repository])).values()];
}
