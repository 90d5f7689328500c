import { startSearch } from "@test/leak/search";
import { spellingsOf } from "@test/leak/spellings";
import { describe, expect, it } from "vitest";

const wrap = (text: string, width: number) => text.replace(new RegExp(`(.{${width}})`, "g"), "$1\n");
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Texts that leak a secret, by how they write it. */
const leaks: Record<string, (secret: string) => string> = {
  "as it is": (secret) => `token=${secret};`,
  "as JSON": (secret) => JSON.stringify({ message: JSON.stringify({ secret }) }),
  "in a URL": (secret) => `https://host/?t=${encodeURIComponent(secret)}`,
  "in HTML": (secret) => `<p>${secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</p>`,
  "in hex": (secret) => Buffer.from(secret).toString("hex"),
  "in hex of two letters each": (secret) => Buffer.from(secret).toString("hex").replace(/../g, "$& "),
  "in Basic authorization": (secret) => `Basic ${base64(`user:${secret}`)}`,
  "in Basic authorization of another user": (secret) => `Basic ${base64(`us:${secret}`)}`,
  "in base64url": (secret) => Buffer.from(`??${secret}`).toString("base64url"),
  "in base64 of 64 characters a line": (secret) => wrap(base64(`${"x".repeat(50)}${secret}`), 64),
  "over two lines": (secret) => wrap(secret, 11),
  "over two lines of JSON": (secret) => JSON.stringify({ text: wrap(secret, 9) }),
  "cut off at the end": (secret) => secret.slice(0, 30),
  "in bytes": (secret) => Buffer.concat([Buffer.of(0, 255, 254), Buffer.from(secret)]).toString("latin1"),
};

describe("the search for leaks", () => {
  it.each(Object.entries(leaks))("finds a generated secret written %s", (_how, leak) => {
    const search = startSearch();
    const secret = search.make("one");
    search.make("another");
    search.record("clean", "nothing of interest: seeded");
    expect(search.found).toEqual([]);
    search.record("output", Buffer.from(leak(secret), "latin1"));
    expect(search.found.map(({ sink }) => sink)).toEqual(["output"]);
  });

  it.each(Object.entries(leaks).filter(([how]) => how !== "cut off at the end" && how !== "in HTML"))(
    "finds a given secret written %s",
    (_how, leak) => {
      const search = startSearch();
      search.add("given", "slw_3f9a1c7e5b_Qq-8zR");
      search.record("output", leak("slw_3f9a1c7e5b_Qq-8zR"));
      expect(search.found).toMatchObject([{ secret: "given", sink: "output" }]);
    },
  );

  it("names the secret that leaked, and allows it only in the output that may show it", () => {
    const search = startSearch();
    const key = search.make("key");
    const token = search.make("token");
    search.allow("key", "the answer that makes it");
    search.record("the answer that makes it", `{"key":"${key}"}`);
    expect(search.counts()).toMatchObject({ found: 0, allowed: ["key in the answer that makes it"] });
    search.record("the answer that makes it", token);
    search.record("another answer", key);
    expect(search.found.map(({ secret, sink }) => [secret, sink])).toEqual([
      ["token", "the answer that makes it"],
      ["key", "another answer"],
    ]);
  });

  it("looks for at least a dozen spellings of each secret", () => {
    expect(spellingsOf('s3cret"&<+/=').size).toBeGreaterThanOrEqual(12);
  });
});
