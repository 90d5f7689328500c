import type { Facts } from "@/features/delivery/decide/common";
import type { AffectedApplication } from "@/features/delivery/process/affected";
import { openForgeForOrganization } from "@/features/git-provider/client/open";
import type { Commit, RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { Forge } from "@/providers/provider";
import type { PullRequest } from "@/providers/reporting";
import type { PullRequestEvent, PushEvent } from "@/providers/webhook";

/** What a branch, a tag or a request has on the host now. */
export interface Head {
  /** Null when it is gone; `unavailable` where this host cannot be asked. */
  sha: NonNullable<Facts["head"]> | null;
  commit: Commit | null;
  /** The request as the host has it now; null for a branch or tag, and where it is gone or cannot be asked for. */
  request: PullRequest | null;
}

/** What a decision may ask of the host. */
export type Answers = Pick<HostAnswers, "head" | "changedPaths">;

const gone: Head = { sha: null, commit: null, request: null };
const unavailable: Head = { sha: "unavailable", commit: null, request: null };

/**
 * The questions that the decisions about one delivery need answered by the host. Each is asked once, however many
 * environments want to know; nothing is sent before the first one.
 */
export class HostAnswers {
  private readonly forges = new Map<string, Promise<Forge>>();
  private readonly answers = new Map<string, Promise<unknown>>();
  private readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** @throws Fault when the provider cannot be used or its host does not answer */
  head(application: AffectedApplication, event: PushEvent | PullRequestEvent): Promise<Head> {
    const what = event.kind === "push" ? `${event.refKind} ${event.ref}` : `request ${event.number}`;
    return this.once(application, `head ${what}`, (forge, key) =>
      event.kind === "push" ? headOfRef(forge, key, event) : headOfRequest(forge, key, event.number),
    );
  }

  /** Files that differ between the ends of a push. @throws as `head` */
  changedPaths(
    application: AffectedApplication,
    { before, after, commit }: PushEvent,
  ): Promise<NonNullable<Facts["changedPaths"]>> {
    const end = commit ?? after;
    if (before === null || end === null) return Promise.resolve("unavailable");
    return this.once(application, `paths ${before} ${end}`, (forge, key) =>
      changedPaths(forge, key, before, end),
    );
  }

  private once<Answer>(
    application: AffectedApplication,
    question: string,
    ask: (forge: Forge, key: RepositoryKey) => Promise<Answer>,
  ): Promise<Answer> {
    const { gitProviderId, repositoryId, repositoryFullName } = application;
    const name = `${gitProviderId} ${question}`;
    const known = this.answers.get(name) as Promise<Answer> | undefined;
    if (known) return known;
    const key = { id: repositoryId ?? undefined, fullName: repositoryFullName };
    const answer = this.forgeOf(application).then((forge) => ask(forge, key));
    this.answers.set(name, answer);
    return answer;
  }

  /** The connection that an application uses. @throws Fault as `openForgeForOrganization` */
  forgeOf({ organizationId, gitProviderId, applicationId }: ForgeOf): Promise<Forge> {
    const known = this.forges.get(gitProviderId);
    if (known) return known;
    const options = { applicationId, signal: this.signal };
    const opened = openForgeForOrganization(organizationId, gitProviderId, options).then(
      ({ forge }) => forge,
    );
    this.forges.set(gitProviderId, opened);
    return opened;
  }
}

type ForgeOf = Pick<AffectedApplication, "organizationId" | "gitProviderId" | "applicationId">;

async function headOfRef(forge: Forge, key: RepositoryKey, { ref, refKind }: PushEvent): Promise<Head> {
  try {
    const found = await forge.refs.resolve(key, `refs/${refKind === "tag" ? "tags" : "heads"}/${ref}`);
    return { ...found, request: null };
  } catch (error) {
    if (isGone(error, "ref_gone", "repository_empty")) return gone;
    throw error;
  }
}

async function headOfRequest(forge: Forge, key: RepositoryKey, number: number): Promise<Head> {
  if (!forge.pullRequests) return unavailable;
  try {
    const request = await forge.pullRequests.get(key, number);
    return { sha: request.head.sha, commit: null, request };
  } catch (error) {
    if (isGone(error, "request_gone")) return gone;
    throw error;
  }
}

async function changedPaths(forge: Forge, key: RepositoryKey, before: string, after: string) {
  if (!forge.changedPaths) return "unavailable";
  try {
    const { paths, isWhole } = await forge.changedPaths(key, before, after);
    return isWhole ? paths : "unavailable";
  } catch (error) {
    // A forced push leaves commits behind that hosts drop.
    if (error instanceof Fault && error.code === "not_found") return "unavailable";
    throw error;
  }
}

function isGone(error: unknown, ...codes: string[]): boolean {
  return error instanceof Fault && error.code === "not_found" && codes.includes(error.reason.code);
}
