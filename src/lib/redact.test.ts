import fc from "fast-check";
import { expect, test } from "vitest";
import { plainText, redactor } from "@/lib/redact";

const credential = { username: "deploy", password: "gl pat/S3cret+value==" };
const redact = redactor({ credential });
const pair = `${credential.username}:${credential.password}`;

test.each([
  credential.password,
  encodeURIComponent(credential.password),
  Buffer.from(credential.password).toString("base64"),
  Buffer.from(pair).toString("base64"),
  Buffer.from(pair).toString("base64url"),
  `https://${pair}@host/x`,
])("%s is redacted from a line", (form) => {
  const line = redact(`fatal: before ${form} after`);
  expect(line).toContain("***");
  for (let at = 0; at + 8 <= credential.password.length; at++) {
    expect(line).not.toContain(credential.password.slice(at, at + 8));
  }
  expect(line).toMatch(/^fatal: before .* after$/);
});

test("a secret broken over two lines is redacted in both", () => {
  const [head, tail] = [credential.password.slice(0, 11), credential.password.slice(11)];
  expect(redact(`remote: ${head}`)).toBe("remote: ***");
  expect(redact(`remote: ${tail}`)).toBe("remote: ***");
});

test("a token in the user name is redacted too", () => {
  expect(redactor({ credential: { username: "tok-1234567890", password: "" } })("x tok-1234567890 y")).toBe(
    "x *** y",
  );
  expect(
    redactor({ credential: { username: "tok-1234567890", password: "x-oauth-basic" } })("tok-1234567890"),
  ).toBe("***");
});

test("text without a secret is left as it is", () => {
  expect(redact("Receiving objects: 100% (3/3), done. deploy")).toBe(
    "Receiving objects: 100% (3/3), done. deploy",
  );
  expect(redactor({})("anything")).toBe("anything");
});

test("no eight characters of a secret are left in a line, whatever surrounds it", () => {
  const secret = "abcdefghijklmnop";
  const blank = redactor({ credential: { username: "u", password: secret } });
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(8), (before, after, cut) => {
      const line = blank(`${before}${secret.slice(cut)}${after}`);
      return !line.includes(secret.slice(cut, cut + 8));
    }),
  );
});

test("escape sequences, control and direction characters are removed", () => {
  expect(plainText("\u001b[31mred\u001b[0m \u0007bell\tx\u202eevil\u0000")).toBe("red bell xevil");
});
