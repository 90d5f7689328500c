import { describe, expect, it } from "vitest";
import { isCommonPassword } from "@/access/common-passwords";
import words from "@/access/common-passwords.json" with { type: "json" };
import { hashPassword } from "@/access/password";

describe("a common password", () => {
  it.each([
    "password123",
    "PassWord123",
    "qwertyuiop",
    "1234567890",
    "1q2w3e4r5t",
    "p\uff41ssword123", // a full-width letter
    "aaaaaaaaaaaa",
    "0101010101",
    "Slipway2026!",
  ])("is recognized: %s", (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  it.each(["a-long-enough-password", "slipway harbour 9", "xK4-tugboat-lamp", "constructor", "__proto__!"])(
    "is not mistaken for another password: %s",
    (password) => {
      expect(isCommonPassword(password)).toBe(false);
    },
  );

  it("is refused with a message at the field", async () => {
    await expect(hashPassword("password123", "newPassword")).rejects.toMatchObject({
      code: "invalid_input",
      reason: { code: "password_common" },
      issues: [{ path: "newPassword", message: expect.stringContaining("another") }],
    });
  });
});

it("the list of common passwords has at least 3,000 that the length rule accepts, each once", () => {
  expect(new Set(words).size).toBe(words.length);
  expect(words.length).toBeGreaterThanOrEqual(3_000);
  expect(words.filter((word) => word.length < 10 || word !== word.normalize("NFKC").toLowerCase())).toEqual(
    [],
  );
});
