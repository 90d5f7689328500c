import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCallbackQuery } from "@/features/git-provider/oauth/callback-params";
import { Fault } from "@/lib/fault";

function reasonOf(query: string): string {
  try {
    readCallbackQuery(new URLSearchParams(query));
    return "read";
  } catch (error) {
    return error instanceof Fault ? error.reason.code : String(error);
  }
}

describe("reading the query of an OAuth callback", () => {
  it("separates the state from the other parameters", () => {
    const query = new URLSearchParams({ code: "c", state: "s", iss: "https://git.example.com" });
    expect(readCallbackQuery(query)).toEqual({
      state: "s",
      iss: "https://git.example.com",
      params: { code: "c", iss: "https://git.example.com" },
    });
    expect(readCallbackQuery(new URLSearchParams("code=c"))).toEqual({
      state: "",
      iss: null,
      params: { code: "c" },
    });
  });

  it.each([
    ["a state twice", "state=a&state=b&code=c"],
    ["a code twice", "state=a&code=c&code=d"],
    ["a huge value", `state=a&code=${"c".repeat(2_049)}`],
    ["a huge name", `state=a&${"n".repeat(101)}=1`],
    ["many values", Array.from({ length: 31 }, (_, n) => `p${n}=1`).join("&")],
    ["a line break", "state=a&code=c%0d%0aset-cookie:x"],
    ["a NUL", "state=a%00&code=c"],
  ])("refuses %s", (_name, query) => {
    expect(reasonOf(query)).toBe("authorization_unreadable");
  });

  it("returns parameters or refuses, for any query, and never touches a prototype", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.oneof(fc.string(), fc.constant("__proto__")), fc.string({ maxLength: 3_000 }))),
        (pairs) => {
          expect(["read", "authorization_unreadable"]).toContain(
            reasonOf(new URLSearchParams(pairs).toString()),
          );
          expect(Object.prototype).not.toHaveProperty("polluted");
        },
      ),
    );
  });
});
