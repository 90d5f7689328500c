import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { parseEnv, setEnv } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { keyRing } from "@/lib/key-ring";
import { open, seal, sealedUnder } from "@/lib/seal";

const at = { table: "gitea", column: "accessToken", rowId: "row1" };
const newKey = (id: string) => `${id}:${randomBytes(32).toString("base64")}`;
const useKeys = (...keys: string[]) => setEnv(parseEnv({ SLIPWAY_ENCRYPTION_KEYS: keys.join(",") }));

function reasonOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Fault) return error.reason.code;
    throw error;
  }
  return "opened";
}

beforeEach(() => useKeys(newKey("k1")));

describe("a sealed value", () => {
  it("opens to the same text, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
        (text) => {
          expect(open(seal(text, at), at)).toBe(text);
        },
      ),
    );
  });

  it("has the form v1:keyId:nonce:ciphertext:tag and does not contain the text", () => {
    const sealed = seal("glpat-very-secret", at);
    expect(sealed).toMatch(/^v1:k1:[\w-]{16}:[\w-]+:[\w-]{22}$/);
    expect(Buffer.from(sealed.split(":")[3] ?? "", "base64url").toString()).not.toContain("secret");
  });

  it("does not open after a change of any character", () => {
    const sealed = seal("secret", at);
    for (let place = 0; place < sealed.length; place++) {
      const other = sealed[place] === "A" ? "B" : "A";
      const changed = sealed.slice(0, place) + other + sealed.slice(place + 1);
      expect(["seal_broken", "key_unknown"]).toContain(reasonOf(() => open(changed, at)));
    }
  });

  it("does not open after a flip of any bit of nonce, ciphertext and tag", () => {
    const parts = seal("secret", at).split(":");
    for (const index of [2, 3, 4]) {
      const bytes = Buffer.from(parts[index] ?? "", "base64url");
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Buffer.from(bytes);
        flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const changed = parts.with(index, flipped.toString("base64url")).join(":");
        expect(reasonOf(() => open(changed, at))).toBe("seal_broken");
      }
    }
  });

  it.each([
    { ...at, rowId: "row2" },
    { ...at, column: "refreshToken" },
    { ...at, table: "gitlab" },
    { ...at, bound: ["organization", "https://evil.example.net"] },
    { ...at, bound: ["organization", null] },
  ])("does not open in another context: %o", (place) => {
    expect(reasonOf(() => open(seal("secret", at), place))).toBe("seal_broken");
  });

  it("has one spelling: unused bits of base64 that are set are refused", () => {
    const parts = seal("a secret", at).split(":");
    for (const index of [3, 4]) {
      const part = parts[index] ?? "";
      const spellings = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
        .map((last) => part.slice(0, -1) + last)
        .filter((other) => other !== part)
        .filter((other) => Buffer.from(other, "base64url").equals(Buffer.from(part, "base64url")));
      expect(spellings.length).toBeGreaterThanOrEqual(3);
      for (const other of spellings)
        expect(reasonOf(() => open(parts.with(index, other).join(":"), at))).toBe("seal_broken");
    }
  });

  it("opens with an older key of the ring, and is sealed with the first", () => {
    const [old, fresh] = [newKey("old"), newKey("new")];
    useKeys(old);
    const sealed = seal("secret", at);
    useKeys(fresh, old);
    expect(open(sealed, at)).toBe("secret");
    expect(sealedUnder(seal("secret", at), at)).toBe("new");
  });

  it("that cannot be opened names the key that is missing", () => {
    const sealed = seal("secret", at);
    useKeys(newKey("k2"));
    expect(reasonOf(() => open(sealed, at))).toBe("key_unknown");
  });

  it("does not open under another key of the same id", () => {
    const sealed = seal("secret", at);
    useKeys(newKey("k1"));
    expect(reasonOf(() => open(sealed, at))).toBe("seal_broken");
  });

  it("never has the same nonce twice", () => {
    const nonces = new Set(Array.from({ length: 20_000 }, () => seal("same", at).split(":")[2]));
    expect(nonces.size).toBe(20_000);
  });

  it("is never confused with plain text", () => {
    fc.assert(fc.property(fc.string(), (text) => reasonOf(() => open(text, at)) === "seal_broken"));
  });

  it("that cannot be opened causes an error without the value", () => {
    const fault = (() => {
      try {
        return open("glpat-plain-token", at);
      } catch (error) {
        return error;
      }
    })();
    expect(JSON.stringify(fault) + String(fault)).not.toContain("glpat");
    expect(String(fault)).not.toContain(keyRing()[0].bytes.toString("base64"));
  });
});
