import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "@/access/password";

describe("a password", () => {
  it("is stored as a salted scrypt hash that differs each time", async () => {
    const [first, second] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
    expect(first).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(first).not.toBe(second);
    expect(first).not.toContain("correct horse");
  });

  it("is recognised, also when its accents were typed on another keyboard", async () => {
    const stored = await hashPassword("caf\u00e9 noir 1");
    expect(await verifyPassword("cafe\u0301 noir 1", stored)).toBe(true);
    expect(await verifyPassword("cafe noir 1", stored)).toBe(false);
  });

  it("never matches when there is no account or the stored hash is damaged", async () => {
    expect(await verifyPassword("anything at all", null)).toBe(false);
    expect(await verifyPassword("anything at all", "plain text")).toBe(false);
  });
});
