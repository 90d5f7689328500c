import { wordsOf } from "@/features/repository/local-index";
import type { Repository } from "@/git/nouns";

/** How well a repository fits a search: 0 is its very name, 4 is something else that the host knows of it. */
function rank(repository: Repository, search: string): number {
  const wanted = search.trim().toLowerCase();
  const name = repository.name.toLowerCase();
  const fullName = repository.fullName.toLowerCase();
  if (name === wanted || fullName === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  if (name.includes(wanted)) return 2;
  return wordsOf(search).every((word) => fullName.includes(word)) ? 3 : 4;
}

/** Best match first, then the most recently pushed. */
export function byRank(search: string): (a: Repository, b: Repository) => number {
  return (a, b) =>
    rank(a, search) - rank(b, search) ||
    (b.pushedAt ?? "").localeCompare(a.pushedAt ?? "") ||
    a.fullName.localeCompare(b.fullName);
}
