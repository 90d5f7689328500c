import type { Page, Repository, RepositoryKey } from "@/git/nouns";
import { addressUrl } from "@/git/ssh-url";
import { asFault, Fault } from "@/lib/fault";
import { mending } from "@/providers/connection/credential";
import { type Draft, fail, pass, skip, type Verdict, warn } from "@/providers/connection/draft";
import { organizationOf } from "@/providers/connection/organization";
import { counted, told, toldOf } from "@/providers/connection/sentence";
import { type Listing, settingOf, type Trial } from "@/providers/connection/trial";
import type { Identity } from "@/providers/provider";

/** The first page of what the credential reaches, or why there is none; null where the host cannot list. */
export async function firstPage(trial: Trial): Promise<Listing> {
  if (!trial.forge.repositories) return null;
  const owner = organizationOf(trial);
  try {
    return await trial.forge.repositories.list({ limit: 100, ...(owner ? { owner } : {}) });
  } catch (error) {
    return asFault(error);
  }
}

export function checkRepositories(trial: Trial, draft: Draft, page: Listing): void {
  if (page !== null && !(page instanceof Fault)) {
    draft.facts.repositoryCount = page.total ?? page.items.length;
    draft.visible = sizeOf(page);
  }
  draft.verdicts.set("repositories", verdictOf(trial, page));
}

/** `more than 100 repositories` where the host gives no total, or does not list them all. */
function sizeOf({ total, items, nextCursor, incomplete }: Page<Repository>): string {
  const isLeast = incomplete !== undefined || (total === undefined && nextCursor !== null);
  return `${isLeast ? "more than " : ""}${counted(total ?? items.length, "repository", "repositories")}`;
}

function verdictOf(trial: Trial, page: Listing): Verdict {
  if (page === null)
    return skip("This kind of host has no list of repositories; they are entered by their address.");
  if (page instanceof Fault) return fail(toldOf(page).detail, mending(trial, page));
  const count = page.total ?? page.items.length;
  if (count === 0) {
    const text =
      "Give the account of this credential access to a repository, or choose another organization.";
    return warn("The credential is good, but no repository is visible with it.", { text });
  }
  if (page.incomplete) {
    const { detail, fix } = told(page.incomplete.reason);
    const text = `${trial.host} listed ${counted(count, "repository", "repositories")}, and not all there are. ${detail}`;
    return warn(text, fix);
  }
  return pass(`${trial.host} listed ${sizeOf(page)}.`);
}

/** The repository to try on: the first with commits, or the one that the address itself names and that was read. */
export async function sampleOf(
  trial: Trial,
  page: Listing,
  identity: Identity,
): Promise<RepositoryKey | null> {
  if (page instanceof Fault) return null;
  if (page === null) return identity.capabilities.gitRead?.answer === "yes" ? addressed(trial) : null;
  if (trial.only !== undefined) return trial.only;
  const living = page.items.filter((one) => !one.archived);
  const found = living.find((one) => one.defaultBranch !== null) ?? (await askedFor(trial, living));
  return found ? { id: found.id, fullName: found.fullName } : null;
}

/** Some hosts show only for a single repository whether it has commits, so a few are requested one by one. */
async function askedFor(trial: Trial, repositories: Repository[]): Promise<Repository | undefined> {
  const untold = repositories.filter((one) => one.empty === undefined).slice(0, mostAsked);
  for (const { id, fullName } of untold) {
    // An unreadable one is skipped: the check of the list has its own result.
    const one = await trial.forge.repositories?.get({ id, fullName }).catch(() => null);
    if (one && one.defaultBranch !== null) return one;
  }
  return undefined;
}

const mostAsked = 5;

function addressed(trial: Trial): RepositoryKey | null {
  const { provider, session } = trial;
  const url = addressUrl(settingOf(trial, provider.manifest.urlField));
  const parsed = url && provider.parseUrl(url, session.settings);
  return parsed ? { fullName: parsed.fullName } : null;
}
