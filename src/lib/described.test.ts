import { expect, test } from "vitest";
import { described } from "@/lib/described";

const secret = "secret-5f1c";

test("an error is logged with its kind, code and place in the code, and without its message", () => {
  const error = Object.assign(new SyntaxError(`Unexpected token, "${secret}" is not valid JSON`), {
    code: "22P02",
    detail: `Key (token)=(${secret}) already exists.`,
  });
  const told = described(error);
  expect(told).toMatchObject({ error: "SyntaxError", code: "22P02" });
  expect(told.at?.[0]).toContain("described.test.ts");
  expect(JSON.stringify(told)).not.toContain(secret);
});

test("a line of an error message is never taken for a line of the stack", () => {
  const told = described(new Error(`one\n  ${secret} at two`));
  expect(JSON.stringify(told)).not.toContain(secret);
});

test("the message of a programming error is kept in the log", () => {
  expect(described(new TypeError("x is not a function"))).toMatchObject({ text: "x is not a function" });
  expect(described("thrown text")).toEqual({ error: "string" });
});
