import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { makeLog } from "@/lib/log";

function lineOf(entry: object): string {
  const lines: string[] = [];
  makeLog({ write: (line) => void lines.push(line) }).error(entry, "something happened");
  return lines.join("");
}

/** Columns that the schema marks as secret. */
function secretColumns(): string[] {
  const folder = path.resolve("prisma/schema");
  const text = readdirSync(folder)
    .map((file) => readFileSync(path.join(folder, file), "utf8"))
    .join("\n");
  return [...text.matchAll(/\/\/\/ @secret.*\n\s+(\w+)/g)].map(([, column = ""]) => column);
}

const headers = ["authorization", "cookie", "set-cookie", "x-api-key", "private-token"];
const secret = "secret-7c1f09";

describe("the log", () => {
  it("knows the secret columns of the database schema", () =>
    expect(secretColumns()).toContain("githubPrivateKey"));

  it.each([...new Set([...secretColumns(), ...headers])])(
    "redacts %s at the top and in nested objects",
    (name) => {
      for (const entry of [
        { [name]: secret },
        { row: { [name]: secret } },
        { a: { b: { [name]: secret } } },
      ]) {
        const line = lineOf(entry);
        expect(line).not.toContain(secret);
        expect(line).toContain("[redacted]");
      }
    },
  );

  it("keeps other values, on one line of JSON, also with control characters", () => {
    const line = lineOf({ gitProviderId: "p1", code: "a\nb\u001b[31m" });
    expect(line.trimEnd()).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(line)).toMatchObject({ gitProviderId: "p1", code: "a\nb\u001b[31m" });
  });
});
