import type { RepositoryKey } from "@/git/nouns";
import { addressUrl } from "@/git/ssh-url";
import { asFault } from "@/lib/fault";
import { messageOf } from "@/lib/reason";
import type { Capability } from "@/providers/capability";
import { mending } from "@/providers/connection/credential";
import { type Draft, fail, pass, skip, type Verdict } from "@/providers/connection/draft";
import { counted, toldOf } from "@/providers/connection/sentence";
import type { Trial } from "@/providers/connection/trial";
import type { Identity } from "@/providers/provider";

/**
 * Try branches through the API and a read with git, both on the first repository with commits. Without one, what the
 * provider found out on its own is told.
 */
export async function checkReading(
  trial: Trial,
  draft: Draft,
  { sample, identity }: { sample: RepositoryKey | null; identity: Identity },
): Promise<void> {
  if (!sample) {
    for (const id of ["branches", "gitRead"] as const)
      draft.verdicts.set(id, untried(identity.capabilities[id]));
    return;
  }
  const tried = async (id: "branches" | "gitRead", attempt: () => Promise<Verdict>) => {
    draft.verdicts.set(id, await attempt().catch((error: unknown) => failed(trial, error)));
  };
  await Promise.all([
    tried("branches", () => branches(trial, sample)),
    tried("gitRead", () => gitRead(trial, sample)),
  ]);
}

function untried(known: Identity["capabilities"][Capability]): Verdict {
  if (known?.answer === "no" && known.reason) return fail(messageOf(known.reason));
  if (known?.answer === "unknown" && known.reason) return skip(messageOf(known.reason));
  return skip("There is no repository with commits to try it on.");
}

async function branches(trial: Trial, sample: RepositoryKey): Promise<Verdict> {
  // By its name, as when an application is created.
  await trial.forge.repositories?.get({ fullName: sample.fullName });
  const page = await trial.forge.refs.list(sample, { kind: "branch", limit: 1 });
  const first = page.items[0];
  return pass(first ? `Read ${first.name} of ${sample.fullName}.` : `${sample.fullName} has no branches.`);
}

/** The same steps as a deployment: the address and credential for git, the branches, and one commit. */
async function gitRead(trial: Trial, sample: RepositoryKey): Promise<Verdict> {
  const remote = await trial.forge.git.remote(sample);
  const refs = await trial.session.git.lsRemote(remote, trial.signal);
  const found = counted(refs.branches.length, "branch", "branches");
  const read = `git read ${found} of ${sample.fullName} at ${addressUrl(remote.url)?.host}`;
  const { defaultBranch, branches } = refs;
  const branch = branches.find(({ name }) => name === defaultBranch) ?? branches[0];
  if (!branch || !trial.session.git.fetchOnce) return pass(`${read}.`);
  const commit = { sha: branch.sha, ref: branch.name };
  const time = AbortSignal.timeout(Math.max(0, trial.endsAt - spareMs - Date.now()));
  try {
    await trial.session.git.fetchOnce(remote, commit, AbortSignal.any([trial.signal, time]));
    return pass(`${read}, and fetched the last commit of ${branch.name}.`);
  } catch (error) {
    if (!time.aborted && asFault(error).code !== "too_large") throw error;
    return pass(`${read}. The last commit of ${branch.name} takes longer to fetch than a test may.`);
  }
}

/** Time that is kept for the rest of the report when fetching a commit takes too long. */
const spareMs = 1_500;

function failed(trial: Trial, error: unknown): Verdict {
  const fault = asFault(error);
  return fail(toldOf(fault).detail, mending(trial, fault));
}
