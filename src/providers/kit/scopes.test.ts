import { describe, expect, it } from "vitest";
import { lackingFor, missingScopes } from "@/providers/kit/scopes";
import type { Scope } from "@/providers/provider";

const wanted: Scope[] = [
  { name: "read", why: "", needs: ["repositories", "branches"] },
  { name: "write", why: "", needs: ["webhooks"], optional: true },
];

describe("the missing scopes", () => {
  it("are listed in the order in which they are required", () => {
    expect(missingScopes([], wanted).map((scope) => scope.name)).toEqual(["read", "write"]);
    expect(missingScopes(["write", "other"], wanted).map((scope) => scope.name)).toEqual(["read"]);
  });

  it("leave out a scope that another one includes at the host", () => {
    expect(
      missingScopes(["write"], wanted, (granted, name) => granted === "write" || granted === name),
    ).toEqual([]);
  });

  it("can be narrowed to those that one capability needs", () => {
    expect(lackingFor("webhooks", missingScopes(["read"], wanted))).toEqual(["write"]);
    expect(lackingFor("branches", missingScopes(["read"], wanted))).toEqual([]);
  });
});
