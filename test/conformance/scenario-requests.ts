import type { Harness } from "@test/conformance/harness";
import { everything, faultOf } from "@test/conformance/scenario";
import { type ReportingStep, SITE, the } from "@test/conformance/scenario-reporting";
import { expect } from "vitest";
import { addComment, openRequest } from "@/providers/simulator/requests";
import { LONELY_TOKEN } from "@/providers/simulator/seed";
import { commitTo, emptyRepository, type WorldRepository } from "@/providers/simulator/world";

/** Every forge that has pull or merge requests: they are read, and one comment is kept on each. */

const MARKER = "<!-- slipway-preview-of-site -->";

/** A fork of the site, with a branch that is ahead of it. */
function forkOf(at: Harness): WorldRepository {
  const site = at.find(SITE);
  const fork = emptyRepository({ id: 130, owner: "ada", name: "site", defaultBranch: "main" });
  for (const [sha, object] of site.objects) fork.objects.set(sha, object);
  for (const [sha, commit] of site.commits) fork.commits.set(sha, commit);
  fork.branches.set("main", site.branches.get("main") ?? "");
  fork.collaborators.push("acme-bot");
  fork.branches.set("add-page", fork.branches.get("main") ?? "");
  commitTo(fork, "add-page", { message: "Add a page", files: { "page.html": "page" } });
  at.world.repositories.push(fork);
  return fork;
}

function branchAhead(at: Harness, name = "add-page"): string {
  const site = at.find(SITE);
  site.branches.set(name, site.branches.get("main") ?? "");
  return commitTo(site, name, { message: `Work on ${name}`, files: { "page.html": name } });
}

export const requestSteps: ReportingStep[] = [
  {
    member: "pullRequests",
    name: "lists the open requests of a repository in pages",
    assertions: 2,
    async run(open) {
      const at = open();
      branchAhead(at);
      for (const day of [1, 2, 3, 4])
        openRequest(at.world, at.find(SITE), {
          title: `Request ${day}`,
          branch: "add-page",
          updatedAt: `2026-05-0${day}T10:00:00Z`,
        });
      for (const request of at.world.requests ?? []) if (request.number === 2) request.state = "closed";
      const all = await everything((cursor) =>
        the(at, "pullRequests").list(at.key(SITE), { limit: 2, cursor }),
      );
      expect(all.map(({ number }) => number).toSorted()).toEqual([1, 3, 4]);
      expect(all.every(({ state }) => state === "open")).toBe(true);
    },
  },
  {
    member: "pullRequests",
    name: "lists no requests of an empty repository",
    assertions: 1,
    async run(open) {
      const at = open();
      const page = await the(at, "pullRequests").list(at.key("acme/empty"), { limit: 5 });
      expect(page).toMatchObject({ items: [], nextCursor: null });
    },
  },
  {
    member: "pullRequests",
    name: "tells of a request what a preview needs",
    assertions: 3,
    async run(open) {
      const at = open();
      const sha = branchAhead(at);
      const { number } = openRequest(at.world, at.find(SITE), {
        title: "Add a page",
        branch: "add-page",
        labels: ["preview"],
        draft: true,
      });
      const request = await the(at, "pullRequests").get(at.key(SITE), number);
      expect(request).toMatchObject({
        ...{ number, title: "Add a page", state: "open", draft: true, isFork: false },
        author: expect.stringMatching(/ada/i),
        head: { repositoryId: at.id(SITE), ref: "add-page", sha },
        base: { ref: "main" },
      });
      expect(request.labels ?? ["preview"]).toEqual(["preview"]);
      expect(request.url.startsWith(at.addresses(SITE).url)).toBe(true);
    },
  },
  {
    member: "pullRequests",
    name: "tells a request from a fork by the ids, also when the fork is gone",
    assertions: 3,
    async run(open) {
      const at = open();
      const fork = forkOf(at);
      const request = openRequest(at.world, at.find(SITE), {
        title: "From outside",
        branch: "add-page",
        from: fork,
      });
      const read = () => the(at, "pullRequests").get(at.key(SITE), request.number);
      const { head, isFork } = await read();
      expect(isFork).toBe(true);
      expect(head).toMatchObject({ repositoryId: at.id("ada/site"), sha: request.head.sha });
      request.head.repositoryId = null;
      at.world.repositories = at.world.repositories.filter((one) => one !== fork);
      // A host may answer that there is no such request any more, or show it without its fork.
      const gone = await read().catch(() => ({ isFork: true, head: { repositoryId: null } }));
      expect(gone).toMatchObject({ isFork: true, head: { repositoryId: null } });
    },
  },
  {
    member: "pullRequests",
    name: "names a ref of the base repository that git can fetch the request from, or none",
    assertions: 1,
    async run(open) {
      const at = open();
      const request = openRequest(at.world, at.find(SITE), {
        title: "From outside",
        branch: "add-page",
        from: forkOf(at),
      });
      const { head } = await the(at, "pullRequests").get(at.key(SITE), request.number);
      expect(head.fetchRef ?? "refs/pull/1/head").toMatch(
        /^refs\/(pull\/1\/head|merge-requests\/1\/head|pull-requests\/1\/from)$/,
      );
    },
  },
  {
    member: "pullRequests",
    name: "tells merged, closed and missing requests apart",
    assertions: 3,
    async run(open) {
      const at = open();
      branchAhead(at);
      for (const state of ["merged", "closed"] as const)
        openRequest(at.world, at.find(SITE), { title: state, branch: "add-page" }).state = state;
      const { get } = the(at, "pullRequests");
      expect((await get(at.key(SITE), 1)).state).toBe("merged");
      expect((await get(at.key(SITE), 2)).state).toBe("closed");
      expect(await faultOf(get(at.key(SITE), 77))).toEqual({ code: "not_found", reason: "request_gone" });
    },
  },
];

function commentsOf(at: Harness) {
  branchAhead(at);
  const request = openRequest(at.world, at.find(SITE), { title: "Add a page", branch: "add-page" });
  const write = async (id: string | null, body: string) =>
    the(at, "comments").upsert(at.key(SITE), request.number, {
      id,
      marker: MARKER,
      body: `${MARKER}\n${body}`,
    });
  return { request, write };
}

export const commentSteps: ReportingStep[] = [
  {
    member: "comments",
    name: "writes one comment on a request and edits it from then on",
    assertions: 5,
    async run(open) {
      const at = open();
      const { request, write } = commentsOf(at);
      const first = await write(null, "Waiting");
      expect(request.comments).toHaveLength(1);
      expect((await write(first.id, "Building")).id).toBe(first.id);
      expect((await write(first.id, "Ready at https://example.com")).id).toBe(first.id);
      expect(request.comments).toMatchObject([{ author: "acme-bot", edits: 2 }]);
      expect(request.comments[0]?.body).toContain("Ready at https://example.com");
    },
  },
  {
    member: "comments",
    name: "finds its own comment among many when the id is not known, and takes none of others",
    assertions: 3,
    async run(open) {
      const at = open();
      const { request, write } = commentsOf(at);
      addComment(at.world, request, "ada", `${MARKER}\nwritten by somebody else`);
      const first = await write(null, "Waiting");
      for (let count = 0; count < 120; count++) addComment(at.world, request, "ada", `Remark ${count}`);
      expect((await write(null, "Ready")).id).toBe(first.id);
      expect(request.comments).toHaveLength(122);
      expect(request.comments.filter(({ author }) => author === "acme-bot")).toMatchObject([{ edits: 1 }]);
    },
  },
  {
    member: "comments",
    name: "writes the comment again after somebody deleted it",
    assertions: 2,
    async run(open) {
      const at = open();
      const { request, write } = commentsOf(at);
      const first = await write(null, "Waiting");
      request.comments = [];
      const second = await write(first.id, "Ready");
      expect(second.id).not.toBe(first.id);
      expect(request.comments).toHaveLength(1);
    },
  },
  {
    member: "comments",
    name: "says that it may not comment, or that the request is gone",
    assertions: 2,
    async run(open) {
      const denied = open({ token: LONELY_TOKEN });
      const refused = await faultOf(commentsOf(denied).write(null, "Hello"));
      expect(["permission_missing", "not_found"]).toContain(refused.code);
      const at = open();
      const gone = the(at, "comments").upsert(at.key(SITE), 77, { id: null, marker: MARKER, body: MARKER });
      expect((await faultOf(gone)).code).toBe("not_found");
    },
  },
];
