import { describe, expect, it } from "vitest";
import { type CommentFacts, commentBody, commentMarker, plain } from "@/features/preview/comment-body";

const facts: CommentFacts = {
  applicationId: "app1",
  application: "Docs",
  state: "ready",
  reason: null,
  sha: "0123456789abcdef",
  siteUrl: "https://docs--pr-7.example.com",
  shownSha: "0123456789abcdef",
  page: "https://slipway.example.com/o/acme/applications/app1/deployments/d1",
};

describe("the comment on a request", () => {
  it("tells address, commit and deployment of a preview that is ready", () => {
    expect(commentBody(facts)).toBe(`**The preview of Docs is ready.**

- Address: https://docs--pr-7.example.com
- Commit: \`01234567\`

[Open in Slipway](https://slipway.example.com/o/acme/applications/app1/deployments/d1)

[slipway-preview-app1]: #
`);
  });

  it("tells why a deployment failed, and what the site shows meanwhile", () => {
    const reason = { code: "build_failed", params: { exitCode: 2 } };
    const body = commentBody({ ...facts, state: "failed", reason, shownSha: "fedcba9876543210" });
    expect(body).toContain("could not be deployed");
    expect(body).toContain("exit code 2");
    expect(body).toContain("(still shows `fedcba98`)");
  });

  it("asks for an approval, without an address as long as nothing is shown", () => {
    const reason = { code: "rule_fork_approval", params: { sha: "01234567" } };
    const body = commentBody({ ...facts, state: "approval", reason, siteUrl: null, shownSha: null });
    expect(body).toContain("waits for an approval");
    expect(body).toContain("[Look at it and approve]");
    expect(body).not.toContain("Address");
  });

  it("says only why the preview is gone once it was removed", () => {
    const body = commentBody({ ...facts, state: "removed", reason: { code: "rule_request_merged" } });
    expect(body).toBe(
      "**The preview of Docs was removed.**\n\nThe request was merged.\n\n[slipway-preview-app1]: #\n",
    );
  });

  it("is found by its application, so that two applications of one repository have one each", () => {
    expect(commentMarker("app1")).not.toBe(commentMarker("app2"));
  });

  it("notifies nobody and holds no Markdown or HTML of strangers", () => {
    const text = plain(
      "@ada see #7 ![x](https://evil.example) <img src=x> `a` **b** [slipway-preview-x]: #\n# Title",
    );
    expect(text).not.toMatch(/@ada|#7|<img|(?<!\\)`|(?<!\\)\*|(?<!\\)\[|\n/);
  });
});
