import { type HarnessOptions, harness } from "@test/conformance/harness";
import { faultOf } from "@test/conformance/scenario";
import { describe, expect, it } from "vitest";
import { bitbucket } from "@/providers/bitbucket";
import { simulate } from "@/providers/bitbucket/fake";
import { addComment, openRequest } from "@/providers/simulator/requests";
import { commitTo } from "@/providers/simulator/world";

const SITE = { fullName: "acme/site" };
const MARKER = "<!-- slipway-preview -->";

type Respond = NonNullable<HarnessOptions["respond"]>;

/** A host that answers otherwise to the calls of one path. */
function instead(path: RegExp, answer: () => Response): Respond {
  return (request, host) => (path.test(new URL(request.url).pathname) ? answer() : host.respond(request));
}

function open(respond?: Respond) {
  const at = harness(bitbucket, simulate, { respond });
  const { pullRequests, comments } = at.forge;
  if (!pullRequests || !comments) throw new Error("Bitbucket lacks a part");
  const site = at.find("acme/site");
  site.branches.set("add-page", site.branches.get("main") ?? "");
  const sha = commitTo(site, "add-page", { message: "Add a page", files: { "page.html": "page" } });
  const request = openRequest(at.world, site, { title: "Add a page", branch: "add-page" });
  const write = (id: string | null) =>
    comments.upsert(SITE, request.number, { id, marker: MARKER, body: MARKER });
  return { ...at, pullRequests, site, sha, request, write };
}

describe("the newest commit of a Bitbucket request", () => {
  it("is asked for in the repository once the request lists no commits of its own", async () => {
    const at = open(instead(/\/pullrequests\/1\/commits$/, () => Response.json({ values: [] })));
    expect((await at.pullRequests.get(SITE, 1)).head.sha).toBe(at.sha);
  });

  it("that is nowhere to be found leaves the request out of the list, which says so", async () => {
    const gone = () => Response.json({ type: "error", error: { message: "gone" } }, { status: 404 });
    const at = open(instead(/\/(?:pullrequests\/1\/commits|commit\/[0-9a-f]{12})$/, gone));
    const list = await at.pullRequests.list(SITE, { limit: 10 });
    expect(list.items).toEqual([]);
    expect(list.incomplete?.reason).toMatchObject({ code: "list_rows_unread", params: { count: 1 } });
    expect(await faultOf(at.pullRequests.get(SITE, 1))).toEqual({ code: "not_found", reason: "ref_gone" });
  });
});

describe("the comment on a Bitbucket request", () => {
  it("is not that of somebody else, also for a token that belongs to no account", async () => {
    const refused = () => Response.json({ type: "error", error: { message: "no" } }, { status: 403 });
    const at = open(instead(/\/user$/, refused));
    addComment(at.world, at.request, "ada", `${MARKER} of somebody else`);
    const { id } = await at.write(null);
    expect(at.request.comments.map(({ author }) => author)).toEqual(["ada", "acme-bot"]);
    expect((await at.write(id)).id).toBe(id);
    expect(at.request.comments).toHaveLength(2);
  });

  it("is written anew when the host still shows the one that was deleted", async () => {
    const at = open(
      instead(/\/comments\/950$/, () =>
        Response.json({ id: 950, content: { raw: "" }, user: null, deleted: true }),
      ),
    );
    expect((await at.write("950")).id).not.toBe("950");
    expect(at.request.comments).toHaveLength(1);
  });
});

describe("the checks of a commit on Bitbucket", () => {
  it.each([
    ["INPROGRESS", "ci/build", "pending"],
    ["SUCCESSFUL", "ci/build", "success"],
    ["FAILED", "ci/build", "failure"],
    ["STOPPED", "ci/build", "failure"],
    ["FAILED", "slipway/a-name-that-is-longer-than-forty-characters/production", "none"],
  ])("with a status that is %s under the name %s are %s", async (state, name, found) => {
    const row = { key: name.slice(-40), name, state };
    const at = open(instead(/\/statuses$/, () => Response.json({ values: [row] })));
    expect(await at.forge.checks?.(SITE, at.sha, "slipway/")).toBe(found);
  });
});
