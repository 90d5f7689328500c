import type { Candidate } from "@/features/repository/candidates";

/** The provider to take of those that read a repository, why, and those that fit as well; null when none does. */
export function choose(candidates: Candidate[]): { best: Candidate; why: string; tied: Candidate[] } | null {
  const able = candidates.filter(({ reason }) => reason === null).sort(compare);
  const [first, second] = able;
  if (!first) return null;
  const tied = able.slice(1).filter(({ exactness }) => exactness === first.exactness);
  return { best: first, why: why(first, second, able.length), tied };
}

function compare(a: Candidate, b: Candidate): number {
  return (
    b.exactness - a.exactness ||
    Number(b.row.isDefault) - Number(a.row.isDefault) ||
    a.row.createdAt.localeCompare(b.row.createdAt) ||
    a.row.gitProviderId.localeCompare(b.row.gitProviderId)
  );
}

function why(first: Candidate, second: Candidate | undefined, count: number): string {
  const { name } = first.row;
  if (!second) return `Only ${name} reaches this repository.`;
  const others = `${count} providers reach this repository; ${name}`;
  if (first.exactness > second.exactness) return `${others} is set up for its address most exactly.`;
  return first.row.isDefault ? `${others} is the default.` : `${others} was connected first.`;
}
