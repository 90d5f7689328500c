import type { Reached } from "@/features/repository/reach";

/** The provider to take of those that reach a repository, why, and those that fit as well; null when none does. */
export function choose(reached: Reached[]): { reached: Reached; why: string; tied: Reached[] } | null {
  const able = reached.filter(({ reason }) => reason === null).sort(compare);
  const [first, second] = able;
  if (!first) return null;
  const tied = able.slice(1).filter(({ exactness }) => exactness === first.exactness);
  return { reached: first, why: why(first, second, able.length), tied };
}

function compare(a: Reached, b: Reached): number {
  return (
    b.exactness - a.exactness ||
    Number(b.row.isDefault) - Number(a.row.isDefault) ||
    a.row.createdAt.localeCompare(b.row.createdAt) ||
    a.row.gitProviderId.localeCompare(b.row.gitProviderId)
  );
}

function why(first: Reached, second: Reached | undefined, count: number): string {
  const { name } = first.row;
  if (!second) return `Only ${name} reaches this repository.`;
  const others = `${count} providers reach this repository; ${name}`;
  if (first.exactness > second.exactness) return `${others} is set up for its address most exactly.`;
  return first.row.isDefault ? `${others} is the default.` : `${others} was connected first.`;
}
