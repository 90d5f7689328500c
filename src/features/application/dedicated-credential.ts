import type { Caller } from "@/access/caller";
import type { CreateApplication } from "@/features/application/contract";
import { findRepository } from "@/features/application/find-repository";
import { hostOf } from "@/features/application/host-of-url";
import { isUrl } from "@/features/application/is-url";
import type { Source } from "@/features/application/source";
import { type DedicatedToken, fieldSetsFor } from "@/features/application/token-fields";
import { sessionOf } from "@/features/git-provider/client/pipeline";
import { type Prepared, prepare } from "@/features/git-provider/input/insert";
import { parseRepositoryUrl } from "@/features/git-provider/repository/match-url";
import { splitLinkRef } from "@/features/repository/link-ref";
import { Fault, type FaultCode } from "@/lib/fault";
import type { ParsedUrl, Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

type Wanted = Pick<CreateApplication, "repository" | "username" | "accessToken" | "branch">;

/** The user name sent with a token to hosts that ignore the user name. */
const anyName = "git";

/** Faults after which another auth method is tried: the host answered, but did not accept the token for this one. */
const tryNextAfter: FaultCode[] = ["credential_rejected", "permission_missing", "not_found", "invalid_input"];

interface Candidate {
  provider: Provider;
  fields: Record<string, string>;
  parsed: ParsedUrl;
}

/**
 * A provider that only one application uses, for a repository that was given with an access token: of the type of its host where
 * that is known, else of plain git, which every token that may read the code can speak. The repository is read first.
 * @throws Fault `invalid_input`, or what the host answers to the first candidate
 */
export async function dedicatedCredential(caller: Caller, wanted: Wanted): Promise<Source> {
  const { repository } = wanted;
  if (!isUrl(repository)) throw new Fault("invalid_input", { code: "dedicated_token_needs_url" });
  const url = parseRepositoryUrl(repository);
  const token = { username: wanted.username?.trim() ?? "", accessToken: wanted.accessToken?.trim() ?? "" };
  const host = await hostOf(caller, url);
  const typed = host ? fieldSetsFor(host, token).map((fields) => ({ ...host, fields })) : [];
  const candidates = [...typed, ...plainGit(url, token, host !== null)];
  if (candidates.length === 0) {
    throw new Fault("invalid_input", { code: "dedicated_token_unfit", params: { url: url.href } });
  }
  return firstThatWorks(candidates, wanted.branch);
}

async function firstThatWorks(candidates: Candidate[], branch: Wanted["branch"]): Promise<Source> {
  let first: Fault | undefined;
  for (const candidate of candidates) {
    try {
      return await tried(candidate, branch);
    } catch (error) {
      if (!(error instanceof Fault) || !tryNextAfter.includes(error.code)) throw first ?? error;
      first ??= error;
    }
  }
  throw first;
}

async function tried({ provider, fields, parsed }: Candidate, branch: Wanted["branch"]): Promise<Source> {
  const name = parsed.fullName.slice(-100);
  const dedicated: Prepared = prepare(provider, { name, description: "", ...fields });
  const forge = provider.open(sessionOf(dedicated));
  const found = await findRepository(forge, parsed.fullName, branch);
  const place = await splitLinkRef({ parsed, forge, repository: found.repository });
  return { ...found, provider: { dedicated }, branch: place.ref ?? found.branch, path: place.path ?? null };
}

/**
 * The token is stored for this repository URL only. At known hosts the name with `.git` is tried first: they redirect
 * the other one, and git does not follow redirects with a token.
 */
function plainGit(url: URL, { username, accessToken }: DedicatedToken, known: boolean): Candidate[] {
  const { git } = registry;
  if (!git) throw new Fault("internal", { code: "provider_type_unknown", params: { type: "git" } });
  const parsed = /^https?:$/.test(url.protocol) ? git.parseUrl(url, {}) : null;
  if (!parsed) return [];
  const { fullName } = parsed;
  const names = known && !fullName.endsWith(".git") ? [`${fullName}.git`, fullName] : [fullName];
  return names.map((gitUrl) => ({
    provider: git,
    fields: { gitUrl, username: username || anyName, password: accessToken },
    parsed: { ...parsed, fullName: gitUrl },
  }));
}
