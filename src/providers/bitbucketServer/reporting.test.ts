import { type HarnessOptions, harness } from "@test/conformance/harness";
import { faultOf } from "@test/conformance/scenario";
import { describe, expect, it } from "vitest";
import { simulate } from "@/providers/bitbucketServer/fake";
import { bitbucketServer } from "@/providers/bitbucketServer/index";
import { openRequest } from "@/providers/simulator/requests";
import { commitTo } from "@/providers/simulator/world";

const SITE = { fullName: "acme/site" };
const MARKER = "[slipway]: preview";

function open(options: HarnessOptions = {}) {
  const at = harness(bitbucketServer, simulate, options);
  const { hooks, comments, changedPaths } = at.forge;
  if (!hooks || !comments || !changedPaths) throw new Error("Bitbucket Data Center lacks a part");
  return { ...at, hooks, comments, changedPaths, site: at.find("acme/site") };
}

describe("a comment on a request of Bitbucket Data Center", () => {
  const written = (text: string) => ({ marker: MARKER, body: `${MARKER}\n${text}` });

  it("is edited at its newest version when somebody changes it in between", async () => {
    let conflicts = 1;
    const at = open({
      respond: async (request, host) => {
        if (request.method === "PUT" && conflicts-- > 0)
          for (const { comments } of at.world.requests ?? []) for (const one of comments) one.edits += 1;
        return host.respond(request);
      },
    });
    const { number, comments } = openRequest(at.world, at.site, { title: "Add a page", branch: "main" });
    const { id } = await at.comments.upsert(SITE, number, { id: null, ...written("Waiting") });
    await at.comments.upsert(SITE, number, { id, ...written("Ready") });
    expect(comments).toMatchObject([{ body: `${MARKER}\nReady`, edits: 2 }]);
  });

  it("is not written again without end when its version never fits", async () => {
    const at = open({
      respond: async (request, host) =>
        request.method === "PUT" ? Response.json({}, { status: 409 }) : host.respond(request),
    });
    const { number, comments } = openRequest(at.world, at.site, { title: "Add a page", branch: "main" });
    const { id } = await at.comments.upsert(SITE, number, { id: null, ...written("Waiting") });
    const again = at.comments.upsert(SITE, number, { id, ...written("Ready") });
    expect((await faultOf(again)).code).toBe("bad_response");
    expect(comments).toHaveLength(1);
  });
});

describe("changed files on Bitbucket Data Center", () => {
  it("count as cut short where the list ends at a round number", async () => {
    const at = open();
    const before = at.site.branches.get("main") ?? "";
    const push = async (count: number) => {
      const files = Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}.txt`, "text"]));
      const all = { ...at.site.commits.get(before)?.files, ...files };
      at.site.branches.set("main", before);
      return at.changedPaths(SITE, before, commitTo(at.site, "main", { message: `${count}`, files: all }));
    };
    expect((await push(99)).isWhole).toBe(true);
    expect((await push(100)).isWhole).toBe(false);
  });

  it("name a file that was moved at both places", async () => {
    const path = (...components: string[]) => ({ components });
    const values = [{ type: "MOVE", path: path("new", "page.html"), srcPath: path("old", "page.html") }];
    const at = open({
      respond: async (request, host) =>
        new URL(request.url).pathname.endsWith("/changes")
          ? Response.json({ values, isLastPage: true }, { headers: { "x-ausername": "acme-bot" } })
          : host.respond(request),
    });
    expect(await at.changedPaths(SITE, "1".repeat(40), "2".repeat(40))).toEqual({
      paths: ["new/page.html", "old/page.html"],
      isWhole: true,
    });
  });
});

describe("a webhook of Bitbucket Data Center", () => {
  const wanted = {
    ...{ url: "https://slipway.example.com/api/x/webhook/w1", secret: "s", isNewSecret: false },
    needs: ["push" as const],
  };

  it("is in trouble while its newest delivery failed, and is not written again for that", async () => {
    const at = open();
    await at.hooks.ensure(SITE, wanted);
    expect((await at.hooks.list(SITE))[0]).not.toHaveProperty("trouble");
    for (const hook of at.world.hooks ?? []) hook.alert = "the last delivery failed";
    expect((await at.hooks.list(SITE))[0]?.trouble?.code).toBe("hook_failing");
    expect((await at.hooks.ensure(SITE, wanted)).state).toBe("unchanged");
  });
});
