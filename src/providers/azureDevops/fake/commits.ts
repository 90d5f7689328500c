import { commitJson } from "@/providers/azureDevops/fake/json";
import {
  type Answer,
  type Call,
  failure,
  ok,
  REPOSITORY,
  type Route,
  within,
} from "@/providers/azureDevops/fake/routes";
import { objectOf, textOf } from "@/providers/simulator/hooks";
import { changesBetween, history, statusesOf } from "@/providers/simulator/requests";
import type { WorldRepository } from "@/providers/simulator/world";

/** Commits, what differs between two of them, and their statuses, by the description of the REST API (7.1). */

const AT = "2026-05-03T10:00:00Z";

export const commitRoutes: Route[] = [
  { path: new RegExp(`^${REPOSITORY}/commits/([^/]+)$`), answer: (call) => within(call, commit) },
  { path: new RegExp(`^${REPOSITORY}/commits/([^/]+)/statuses$`), answer: (call) => within(call, statuses) },
  { path: new RegExp(`^${REPOSITORY}/diffs/commits$`), answer: (call) => within(call, diff) },
  {
    method: "POST",
    path: new RegExp(`^${REPOSITORY}/commitsbatch$`),
    answer: (call) => within(call, commits),
  },
];

/** Branches are not taken here. */
function commit(call: Call, one: WorldRepository): Answer {
  const found = one.commits.get(call.parts[0] ?? "");
  return found ? ok(commitJson(one, found, call.root)) : noCommit(call.parts[0]);
}

function noCommit(id: string | undefined): Answer {
  const message = `TF401175: The version descriptor <Commit: ${id} > could not be resolved.`;
  return failure(404, message, "GitUnresolvableToCommitException");
}

/** A list names no parents, and only the beginning of a long message. */
function commits(call: Call, one: WorldRepository): Answer {
  const version = textOf(objectOf(call.body.itemVersion).version);
  if (!one.commits.has(version)) return noCommit(version);
  const rows = history(one, version).slice(0, Number(call.url.searchParams.get("$top") ?? 100));
  const value = rows.map((row) => {
    const { treeId: _tree, parents: _parents, comment, ...rest } = commitJson(one, row, call.root);
    const isLong = comment.includes("\n");
    return { ...rest, comment: comment.split("\n", 1)[0], ...(isLong ? { commentTruncated: true } : {}) };
  });
  return ok({ value, count: value.length });
}

function diff(call: Call, one: WorldRepository): Answer {
  const query = call.url.searchParams;
  const [base, target] = [query.get("baseVersion") ?? "", query.get("targetVersion") ?? ""];
  const [before, after] = [one.commits.get(base), one.commits.get(target)];
  if (!before || !after) return noCommit(before ? target : base);
  const all = changesBetween(before, after);
  const folders = new Set(all.map(({ path }) => path.split("/").slice(0, -1).join("/")).filter(Boolean));
  const rows = [
    ...[...folders].map((path) => ({ path, changeType: "edit", isFolder: true })),
    ...all.map(({ path, kind }) => ({ path, changeType: kinds[kind], isFolder: false })),
  ];
  const [skip, top] = [Number(query.get("$skip") ?? 0), Number(query.get("$top") ?? 100)];
  const changes = rows.slice(skip, skip + top).map(({ path, changeType, isFolder }) => ({
    item: {
      objectId: "0".repeat(40),
      gitObjectType: isFolder ? "tree" : "blob",
      commitId: target,
      path: `/${path}`,
      ...(isFolder ? { isFolder } : {}),
      url: `${call.root}/_apis/git/repositories/items?path=${encodeURIComponent(path)}`,
    },
    changeType,
  }));
  return ok({
    allChangesIncluded: skip + top >= rows.length,
    changeCounts: { Edit: rows.length },
    changes,
    commonCommit: base,
    baseCommit: base,
    targetCommit: target,
    aheadCount: 1,
    behindCount: 0,
  });
}

const kinds = { added: "add", removed: "delete", modified: "edit" };

function statuses(call: Call, one: WorldRepository): Answer {
  const sha = call.parts[0] ?? "";
  if (!one.commits.has(sha)) return noCommit(sha);
  const value = statusesOf(call.server.world, one, sha).map(({ state, description, context, url }, index) => {
    const [genre, ...name] = context.split("/");
    return {
      id: index + 1,
      state,
      description,
      context: name.length > 0 ? { genre, name: name.join("/") } : { name: genre, genre: null },
      targetUrl: url,
      creationDate: AT,
      updatedDate: AT,
    };
  });
  return ok({ value, count: value.length });
}
