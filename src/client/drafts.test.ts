import { describe, expect, it } from "vitest";
import { draftKey, withoutSecrets } from "@/client/drafts";

describe("the draft of a form", () => {
  it.each([
    ["/invite/the-token-of-an-invitation", "/invite"],
    ["/reset-password/the-token-of-a-reset", "/reset-password"],
  ])("is not stored under the secret in the path %s", (pathname, place) => {
    expect(draftKey(pathname, "account")).toBe(`slipway-draft ${place} account`);
  });

  it("stores names and addresses, and no field that holds a secret", () => {
    const typed = {
      name: "Production",
      giteaUrl: "https://git.example.com",
      accessToken: "abc",
      secret: "def",
    };
    expect(withoutSecrets(typed, new Set(["accessToken", "secret"]))).toEqual({
      name: "Production",
      giteaUrl: "https://git.example.com",
    });
  });

  it.each(["https://ada:pw@git.example.com/x", "https://token@git.example.com"])(
    "does not store an address that contains a credential: %s",
    (gitUrl) => expect(withoutSecrets({ name: "a", gitUrl }, new Set())).toEqual({ name: "a" }),
  );
});
