import { expect, test } from "vitest";
import { described } from "@/lib/described";

const secret = "canary-5f1c";

test("an error is logged by its kind, its code and its place, and not by its words", () => {
  const error = Object.assign(new SyntaxError(`Unexpected token, "${secret}" is not valid JSON`), {
    code: "22P02",
    detail: `Key (token)=(${secret}) already exists.`,
  });
  const told = described(error);
  expect(told).toMatchObject({ error: "SyntaxError", code: "22P02" });
  expect(told.at?.[0]).toContain("described.test.ts");
  expect(JSON.stringify(told)).not.toContain(secret);
});

test("a message of several lines does not pass for the place", () => {
  const told = described(new Error(`one\n  ${secret} at two`));
  expect(JSON.stringify(told)).not.toContain(secret);
});

test("the words of a bug in our own code are kept", () => {
  expect(described(new TypeError("x is not a function"))).toMatchObject({ text: "x is not a function" });
  expect(described("thrown text")).toEqual({ error: "string" });
});
