import type { Run } from "@/features/deployment/run/run";
import { withRemote } from "@/features/deployment/run/with-remote";
import type { Opened } from "@/features/git-provider/client/open";
import { checkRepositoryAccess } from "@/features/git-provider/repository/check-access";
import { matchUrl, parseRepositoryUrl } from "@/features/git-provider/repository/match-url";
import { type SiteWarning, someOf } from "@/features/site/warning";
import { type SubmoduleSource, submoduleLimits, type WantedSubmodule } from "@/git/checkout";
import { fetchAlso, type MirrorRequest } from "@/git/mirror";
import type { RepositoryKey } from "@/git/nouns";
import { Fault, type FaultCode, retryPolicy } from "@/lib/fault";

/** A submodule whose folder stays empty, and why: a word that `submodules_left_out` puts into a sentence. */
export interface LeftOut {
  folder: string;
  why: "unnamed" | "elsewhere" | "dedicated" | "actor" | "fork" | "refused";
  /** What the host said. */
  detail?: string;
}

interface Work {
  run: Run;
  opened: Opened;
  /** Of the repository itself, whose mirror is held. */
  request: MirrorRequest;
  /** Filled with what could not be had. */
  leftOut: LeftOut[];
}

/** All submodules of a deployment together have as long as one fetch. */
const deadlineMs = 600_000;

/** Faults that no submodule is left out for: what they tell of is the deployment's own. */
const ofDeployment: FaultCode[] = ["too_large", "conflict", "internal"];

/** Whether the submodule cannot be had, whatever is tried again. */
function isRefused(error: unknown): error is Fault {
  if (!(error instanceof Fault) || ofDeployment.includes(error.code)) return false;
  return retryPolicy(error) === "never";
}

/**
 * Submodules come from the provider of the application alone, by the road on which an application's own repository is
 * chosen: so nothing is fetched that whoever asked for the deployment could not deploy by itself.
 */
export function submoduleSource(work: Work): SubmoduleSource {
  const endsAt = Date.now() + deadlineMs;
  return {
    url: work.request.remote.url,
    async fetch(wanted) {
      const leave = ({ why, detail }: Omit<LeftOut, "folder">) => {
        work.leftOut.push({ folder: wanted.path, why, ...(detail && { detail }) });
        return null;
      };
      const key = keyOf(work, wanted.url);
      if ("why" in key) return leave(key);
      const why = forbidden(work);
      if (why) return leave({ why });
      try {
        return await bring(work, { wanted, key, endsAt });
      } catch (error) {
        if (!isRefused(error)) throw error;
        return leave({ why: "refused", detail: error.message });
      }
    },
  };
}

/** A dedicated token is for one repository; of others, only what the actor may choose is published. */
function forbidden({ run, opened }: Work): LeftOut["why"] | null {
  if (opened.row.visibility === "application") return "dedicated";
  if (!run.withSecrets) return "fork";
  return run.repositoriesOf === opened.row.gitProviderId ? null : "actor";
}

/** The repository that an address means at the provider. */
function keyOf({ opened }: Work, url: string | null): RepositoryKey | Omit<LeftOut, "folder"> {
  if (url === null) return { why: "unnamed" };
  try {
    const parsed = matchUrl(opened.provider, opened.session.settings, parseRepositoryUrl(url));
    if (parsed) return { fullName: parsed.fullName };
    return { why: "elsewhere", detail: parseRepositoryUrl(url).hostname };
  } catch (error) {
    if (error instanceof Fault) return { why: "unnamed" };
    throw error;
  }
}

interface Fetch {
  wanted: WantedSubmodule;
  key: RepositoryKey;
  endsAt: number;
}

async function bring({ run, opened, request }: Work, { wanted, key, endsAt }: Fetch): Promise<string> {
  // A plain git server refuses a credential also where only this one repository is closed to it. That must not count
  // against the provider, since anyone who may push could have it counted.
  const forge = opened.forge.repositories ? opened.forge : opened.provider.open(opened.session);
  const { fullName, repository, branch } = await checkRepositoryAccess(forge, key);
  const found = { fullName, ...(repository && { id: repository.id }) };
  const { path, sha } = wanted;
  run.log.info(`Submodule ${path}: ${fullName} at ${sha}.`);
  return withRemote({ ...opened, forge }, found, async (remote) => {
    run.log.hide([remote.credential?.password]);
    const leftMs = Math.max(1, endsAt - Date.now());
    await fetchAlso({ ...request, remote, sha, ref: branch ?? undefined, deadlineMs: leftMs });
    return remote.url;
  });
}

/** One sentence for each cause. */
export function submoduleWarnings(
  leftOut: readonly LeftOut[],
  beyondLimits: readonly string[],
): SiteWarning[] {
  const causes = [...new Set(leftOut.map(({ why }) => why))];
  const warnings = causes.map((why) =>
    warning(
      why,
      leftOut.filter((each) => each.why === why),
    ),
  );
  if (beyondLimits.length === 0) return warnings;
  const params = { folders: someOf(beyondLimits), why: "limits", ...submoduleLimits };
  return [...warnings, { code: "submodules_left_out", params }];
}

function warning(why: LeftOut["why"], left: readonly LeftOut[]): SiteWarning {
  const folders = someOf(
    left.map(({ folder, detail }) => (why === "elsewhere" && detail ? `${folder} (${detail})` : folder)),
  );
  const said = why === "refused" ? left[0]?.detail?.slice(0, 500) : undefined;
  return { code: "submodules_left_out", params: { folders, why, ...(said && { said }) } };
}
