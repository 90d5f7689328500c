import { describe, expect, it } from "vitest";
import { lackingFor, missingScopes } from "@/providers/kit/scopes";
import type { Scope } from "@/providers/provider";

const wanted: Scope[] = [
  { name: "read", why: "", needs: ["repositories", "branches"] },
  { name: "write", why: "", needs: ["webhooks"], optional: true },
];

describe("scopes", () => {
  it("are missing in the order they are wanted", () => {
    expect(missingScopes([], wanted).map((scope) => scope.name)).toEqual(["read", "write"]);
    expect(missingScopes(["write", "other"], wanted).map((scope) => scope.name)).toEqual(["read"]);
  });

  it("may include each other, as the host says", () => {
    expect(
      missingScopes(["write"], wanted, (granted, name) => granted === "write" || granted === name),
    ).toEqual([]);
  });

  it("are named for what does not work without them", () => {
    expect(lackingFor("webhooks", missingScopes(["read"], wanted))).toEqual(["write"]);
    expect(lackingFor("branches", missingScopes(["read"], wanted))).toEqual([]);
  });
});
