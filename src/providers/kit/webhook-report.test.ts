import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { personIn } from "@/providers/kit/webhook-person";
import { reportIn } from "@/providers/kit/webhook-report";
import { verifiedOnReceipt } from "@/providers/kit/webhook-signature";

const sha = "6f1c0a5be2b1f0f4c3e9a1d7b8c2d3e4f5a6b7c8";

function of(body: unknown, headers: Record<string, string> = {}) {
  return verifiedOnReceipt({ body: Buffer.from(JSON.stringify(body)), headers });
}

describe("a report that a host tells of", () => {
  const app = {
    "x-github-hook-installation-target-type": "integration",
    "x-github-hook-installation-target-id": "42",
  };
  it.each<[string, unknown, Record<string, string>, { sha: string | null; isOwn: boolean } | null]>([
    ["a status of somebody", { sha, context: "ci/build" }, {}, { sha, isOwn: false }],
    ["a status of ours", { sha, context: "slipway/production" }, {}, { sha, isOwn: true }],
    ["a status whose name only looks like ours", { sha, context: "slipways" }, {}, { sha, isOwn: false }],
    [
      "a check of another App",
      { check_run: { head_sha: sha, name: "test", app: { id: 7 } } },
      app,
      { sha, isOwn: false },
    ],
    [
      "a check of the App itself",
      { check_run: { head_sha: sha, name: "x", app: { id: 42 } } },
      app,
      { sha, isOwn: true },
    ],
    [
      "a build of Bitbucket",
      { commit_status: { key: "build", commit: { hash: sha } } },
      {},
      { sha, isOwn: false },
    ],
    ["a pipeline of GitLab", { object_attributes: { sha } }, {}, { sha, isOwn: false }],
    ["our comment", { comment: { body: "[slipway-preview-a1]: #\n" } }, {}, { sha: null, isOwn: true }],
    ["a comment of somebody", { comment: { body: "Nice" } }, {}, null],
    ["nothing", {}, {}, null],
    ["a text", "x", {}, null],
  ])("is read of %s", (_what, body, headers, expected) => {
    expect(reportIn(of(body, headers))).toEqual(expected);
  });
});

describe("the person behind a delivery", () => {
  it.each<[string, unknown, string]>([
    ["GitHub and Gitea", { sender: { login: "ada" }, pusher: { name: "other" } }, "ada"],
    ["GitLab", { user_name: "Ada Example", user_username: "ada" }, "Ada Example"],
    ["a merge request of GitLab", { user: { name: "Ada Example" } }, "Ada Example"],
    ["Bitbucket", { actor: { display_name: "Ada Example", nickname: "ada" } }, "Ada Example"],
    ["Bitbucket Data Center", { actor: { displayName: "Ada Example", name: "ada" } }, "Ada Example"],
    ["Azure DevOps", { resource: { pushedBy: { displayName: "Ada Example" } } }, "Ada Example"],
    ["nobody", { sender: { login: 7 } }, ""],
    ["a name that turns the direction of text", { sender: { login: "a\u202eb\u0007" } }, "ab"],
  ])("is named by %s", (_what, body, expected) => expect(personIn(of(body))).toBe(expected));
});

it("no bytes are too odd to be looked at", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.json(), (bytes, json) => {
      for (const body of [bytes, Buffer.from(json)]) {
        const delivery = verifiedOnReceipt({ body, headers: {} });
        expect(() => [reportIn(delivery), personIn(delivery)]).not.toThrow();
      }
    }),
  );
});
