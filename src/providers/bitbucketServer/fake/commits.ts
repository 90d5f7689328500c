import { commitJson } from "@/providers/bitbucketServer/fake/json";
import { type Answer, type Call, failure, ok, paged } from "@/providers/bitbucketServer/fake/page";
import { REPOSITORY, type Route, within } from "@/providers/bitbucketServer/fake/routes";
import { changesBetween, history, type WorldChange } from "@/providers/simulator/requests";
import type { WorldRepository } from "@/providers/simulator/world";

/** Commits, what differs between two of them, and builds, by the description of the REST API (9.4). */

export const commitRoutes: Route[] = [
  { path: new RegExp(`^${REPOSITORY}/commits$`), open: true, answer: (call) => within(call, commits) },
  {
    path: new RegExp(`^${REPOSITORY}/commits/([^/]+)$`),
    open: true,
    answer: (call) => within(call, commit),
  },
  { path: new RegExp(`^${REPOSITORY}/changes$`), open: true, answer: (call) => within(call, changes) },
  { path: /^build-status\/commits\/([^/]+)$/, answer: builds },
];

/** `page.max.changes`: what lies behind it cannot be read, and nothing says that there is more. */
const MAX_CHANGES = 1000;

/** `until` takes ids, full and short names of refs. */
function commits(call: Call, one: WorldRepository): Answer {
  const until = call.url.searchParams.get("until") ?? `refs/heads/${one.defaultBranch}`;
  const found = commitOf(one, until);
  return found ? paged(call, history(one, found.sha), commitJson) : noCommit(one, until);
}

function commit(call: Call, one: WorldRepository): Answer {
  const found = commitOf(one, call.parts[0] ?? "");
  return found ? ok(commitJson(found)) : noCommit(one, call.parts[0] ?? "");
}

function commitOf(one: WorldRepository, text: string) {
  const short = text.replace(/^refs\/(?:heads|tags)\//, "");
  const branch = text.startsWith("refs/tags/") ? undefined : one.branches.get(short);
  const tag = text.startsWith("refs/heads/") ? undefined : one.tags.get(short)?.sha;
  const sha = branch ?? tag ?? text;
  return [...one.commits.values()].find((each) => sha.length >= 7 && each.sha.startsWith(sha));
}

function noCommit(one: WorldRepository, text: string): Answer {
  const message = `Commit '${text}' does not exist in repository '${one.name}'.`;
  return failure(404, message, "commit.NoSuchCommitException");
}

function changes(call: Call, one: WorldRepository): Answer {
  const query = call.url.searchParams;
  const [since, until] = [query.get("since") ?? "", query.get("until") ?? ""];
  const after = commitOf(one, until);
  if (!after) return noCommit(one, until);
  const before = commitOf(one, since || (after.parents[0] ?? ""));
  if (since && !before) return noCommit(one, since);
  return paged(call, changesBetween(before, after).slice(0, MAX_CHANGES), changeJson);
}

const types = { added: "ADD", removed: "DELETE", modified: "MODIFY" };

function changeJson({ path, kind }: WorldChange) {
  const components = path.split("/");
  const name = components.at(-1) ?? "";
  const extension = /\.([^.]+)$/.exec(name)?.[1];
  return {
    contentId: "abcdef0123abcdef4567abcdef8987abcdef6543",
    fromContentId: "0000000000000000000000000000000000000000",
    path: {
      components,
      parent: components.slice(0, -1).join("/"),
      name,
      ...(extension ? { extension } : {}),
    },
    executable: false,
    percentUnchanged: -1,
    type: types[kind],
    nodeType: "FILE",
    srcExecutable: false,
  };
}

/** The older resource: the builds of a commit, of whatever repository it is in. */
function builds(call: Call): Answer {
  const [sha] = call.parts;
  const rows = (call.server.world.statuses ?? []).filter((one) => one.sha === sha).toReversed();
  return paged(call, rows, ({ state, context, description, url }) => ({
    ...{ state, key: context, name: context, url, description },
    createdDate: 1_777_802_400_000,
    updatedDate: 1_777_802_400_000,
  }));
}
