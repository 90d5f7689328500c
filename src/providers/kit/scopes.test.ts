import { describe, expect, it } from "vitest";
import { answersFor, lackingFor, missingScopes } from "@/providers/kit/scopes";
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

describe("the answers per capability", () => {
  const method = { can: ["repositories", "webhooks"], kind: "form" } as const;

  it("say yes, or no with the scopes that are lacking", () => {
    const answers = answersFor({ ...method, can: [...method.can] }, missingScopes(["read"], wanted), {
      host: "Gitty",
    });
    expect(answers).toEqual({
      repositories: { answer: "yes" },
      webhooks: {
        answer: "no",
        reason: { code: "scopes_missing", params: { host: "Gitty", scopes: ["write"] } },
      },
    });
  });

  it("leave open what the host does not tell, in its words for the permission", () => {
    const permissions = { webhooks: "Webhooks: read and write" };
    const answers = answersFor({ ...method, can: [...method.can] }, null, { host: "Gitty", permissions });
    expect(answers.webhooks).toEqual({
      answer: "unknown",
      reason: { code: "scopes_untold", params: { host: "Gitty", permission: "Webhooks: read and write" } },
    });
  });
});
