import { describe, expect, it } from "vitest";
import { secretKind } from "@/ui/secret-kind";

const kinds = [
  { prefix: "tok_", label: "access token" },
  { prefix: "tok_deploy_", label: "deploy token", unfit: true },
];

describe("the kind of a pasted secret", () => {
  it("is recognized by its prefix, with or without spaces around it", () => {
    expect(secretKind(kinds, " tok_abc\n")?.label).toBe("access token");
  });

  it("is recognized by the longest matching prefix", () => {
    expect(secretKind(kinds, "tok_deploy_abc")).toMatchObject({ label: "deploy token", unfit: true });
  });

  it("is not guessed from a prefix alone, from another text or without a list", () => {
    expect(secretKind(kinds, "tok_")).toBeUndefined();
    expect(secretKind(kinds, "abc_tok_")).toBeUndefined();
    expect(secretKind(undefined, "tok_abc")).toBeUndefined();
  });
});
