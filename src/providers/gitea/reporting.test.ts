import { type HarnessOptions, harness } from "@test/conformance/harness";
import { faultOf } from "@test/conformance/scenario";
import { describe, expect, it } from "vitest";
import { simulate } from "@/providers/gitea/fake";
import { gitea } from "@/providers/gitea/index";
import { openRequest } from "@/providers/simulator/requests";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import { commitTo } from "@/providers/simulator/world";

const SITE = { fullName: "acme/site" };
const MARKER = "<!-- slipway-preview -->";

function open(options: HarnessOptions = {}) {
  const at = harness(gitea, simulate, options);
  const { pullRequests, comments, changedPaths } = at.forge;
  if (!pullRequests || !comments || !changedPaths) throw new Error("Gitea lacks a part");
  return { ...at, pullRequests, comments, changedPaths, site: at.find("acme/site") };
}

function withScopes(scopes: string[]) {
  const world = seedWorld();
  for (const token of world.tokens) if (token.value === BOT_TOKEN) token.scopes = scopes;
  const at = open({ world });
  const request = openRequest(world, at.site, { title: "Add a page", branch: "main" });
  const write = () => at.comments.upsert(SITE, request.number, { id: null, marker: MARKER, body: MARKER });
  return { at, request, write };
}

describe("comments on a request of Gitea", () => {
  it("name the scope that a token lacks", async () => {
    const { write } = withScopes(["read:repository", "read:user"]);
    expect(await faultOf(write())).toEqual({
      code: "permission_missing",
      reason: "comment_not_allowed",
    });
  });

  it("are written anew by a token that may not say whose it is", async () => {
    const { request, write } = withScopes(["read:repository", "write:issue"]);
    await write();
    await write();
    expect(request.comments).toHaveLength(2);
  });

  it("name a request that is gone where the server tells an error of its own", async () => {
    const { at } = withScopes(["all"]);
    const call = at.comments.upsert(SITE, 77, { id: "9", marker: MARKER, body: MARKER });
    expect(await faultOf(call)).toEqual({ code: "not_found", reason: "request_gone" });
  });
});

describe("requests of an older Gitea", () => {
  it("are drafts by the beginning of their title", async () => {
    const at = open({
      respond: async (request, host) => {
        const answer = await host.respond(request);
        if (!/\/pulls\/\d+$/.test(request.url)) return answer;
        const { draft: _unknown, ...body } = (await answer.json()) as Record<string, unknown>;
        return Response.json(body);
      },
    });
    for (const title of ["WIP: Add a page", "[wip] Add a page", "Swiping: add a page"])
      openRequest(at.world, at.site, { title, branch: "main" });
    const drafts = await Promise.all([1, 2, 3].map(async (number) => at.pullRequests.get(SITE, number)));
    expect(drafts.map(({ draft }) => draft)).toEqual([true, true, false]);
  });
});

describe("changed files on a Gitea that does not leave out older commits", () => {
  const older = {
    respond: async (request: Request, host: ReturnType<typeof open>["host"]) => {
      const url = new URL(request.url);
      url.searchParams.delete("not");
      return host.respond(new Request(url, request));
    },
  };

  it("end at the commit from before the push", async () => {
    const at = open(older);
    const before = at.site.branches.get("main") ?? "";
    const after = commitTo(at.site, "main", {
      message: "Style",
      files: { ...at.site.commits.get(before)?.files, "site.css": "" },
    });
    expect(await at.changedPaths(SITE, before, after)).toEqual({ paths: ["site.css"], isWhole: true });
  });

  it("are cut short where a push is too long to look through", async () => {
    const at = open(older);
    for (let count = 0; count < 260; count++)
      commitTo(at.site, "main", { message: `${count}`, files: { [`${count}.txt`]: "" } });
    const after = at.site.branches.get("main") ?? "";
    commitTo(at.site, "other", { message: "Unrelated", files: {} });
    const { isWhole } = await at.changedPaths(SITE, at.site.branches.get("other") ?? "", after);
    expect(isWhole).toBe(false);
    expect(at.sent.length).toBeLessThan(15);
  });
});
