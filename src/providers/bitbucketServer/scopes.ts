/** Each includes the ones before it. */
const ladder = ["PUBLIC_REPOS", "REPO_READ", "REPO_WRITE", "REPO_ADMIN"];

/** What an authorization asks for: the widest of the known scopes that were entered, else reading. */
export function askedScope(entered: string | null | undefined): string {
  const names = (entered ?? "").toUpperCase().split(/[\s,+]+/);
  return ladder.findLast((scope) => names.includes(scope)) ?? "REPO_READ";
}

/** Does the first scope include the second? */
export function covers(granted: string, wanted: string): boolean {
  return ladder.indexOf(granted) >= ladder.indexOf(wanted);
}
