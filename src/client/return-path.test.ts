import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { returnPath, signInPath } from "@/client/return-path";

describe("the return path after signing in", () => {
  it("keeps a path of the app with its query", () => {
    expect(returnPath("/providers/new?host=gitea#top")).toBe("/providers/new?host=gitea#top");
  });

  it.each(["//evil.example", "/\\evil.example", "https:evil", "javascript:alert(1)", "/\t/evil", "", null])(
    "turns %j into the start page",
    (wanted) => expect(returnPath(wanted)).toBe("/"),
  );

  it.each(["/sign-in", "/sign-in?next=/sign-in", "/setup", "/api/auth/signout", "/sites/any/page"])(
    "does not lead to %s",
    (wanted) => expect(returnPath(wanted)).toBe("/"),
  );

  it("never leaves the origin, whatever is asked for", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const target = new URL(returnPath(`/${text}`), "https://slipway.example/a/b");
        expect(target.origin).toBe("https://slipway.example");
      }),
    );
  });

  it("names the page that was asked for", () => {
    expect(signInPath("/providers?a=b")).toBe("/sign-in?next=%2Fproviders%3Fa%3Db");
    expect(signInPath("/")).toBe("/sign-in");
  });
});
