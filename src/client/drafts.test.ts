import { describe, expect, it } from "vitest";
import { withoutSecrets } from "@/client/drafts";

describe("the draft of a form", () => {
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
