import type { Caller } from "@/access/caller";
import { openRow, storedSettings } from "@/features/git-provider/client/open";
import type { ListRefs, ListRefsByUrl, RefPage } from "@/features/git-provider/contract";
import { assertUsable, viewerOf } from "@/features/git-provider/record/access";
import { readByTypeId } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { keyThrough } from "@/features/git-provider/repository/key-through";
import { hostCursor, shownPage } from "@/features/git-provider/repository/list-page";
import { matchUrl, parseRepositoryUrl } from "@/features/git-provider/repository/match-url";
import { Fault } from "@/lib/fault";
import type { Provider, RefQuery } from "@/providers/provider";

export type RefsInput = (ListRefs | ListRefsByUrl) & Record<string, unknown>;

const deadlineMs = 15_000;

/** Branches of a repository, page by page. @throws Fault `not_found` | `conflict` | `invalid_input` | of the host */
export function branches(caller: Caller, provider: Provider, input: RefsInput): Promise<RefPage> {
  return refs("branch", caller, provider, input);
}

/** Tags of a repository, page by page. @throws as `branches` */
export function tags(caller: Caller, provider: Provider, input: RefsInput): Promise<RefPage> {
  return refs("tag", caller, provider, input);
}

async function refs(
  kind: RefQuery["kind"],
  caller: Caller,
  provider: Provider,
  input: RefsInput,
): Promise<RefPage> {
  const row = await readByTypeId(viewerOf(caller), provider, String(input[provider.idField]));
  assertUsable(row, row.applicationId ?? undefined);
  const fullName =
    "repo" in input && typeof input.repo === "string"
      ? `${input.owner}/${input.repo}`
      : repositoryAt(String(input.url), provider, row);
  const isDedicated = row.visibility === "application";
  const key = isDedicated ? await keyThrough(row, fullName) : { fullName };
  const search = input.search?.trim() || undefined;
  const scope = { row, list: kind, of: [key.fullName, search ?? ""] };
  const cursor = input.cursor ? hostCursor(scope, input.cursor) : undefined;
  const { forge } = await openRow(row, { signal: AbortSignal.timeout(deadlineMs) });
  const page = await forge.refs.list(key, { kind, search, cursor, limit: input.limit });
  return { items: page.items, ...shownPage(scope, page) };
}

function repositoryAt(url: string, provider: Provider, row: ProviderRow): string {
  const parsed = matchUrl(provider, storedSettings(provider, row), parseRepositoryUrl(url));
  if (!parsed) throw new Fault("invalid_input", { code: "url_elsewhere", params: { name: row.name } });
  return parsed.fullName;
}
