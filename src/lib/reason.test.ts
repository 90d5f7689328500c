import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { messageOf } from "@/lib/reason";

const folder = path.join(import.meta.dirname, "reason");

it("every reason code has exactly one message", async () => {
  const codes: string[] = [];
  for (const file of readdirSync(folder)) {
    const tables: Record<string, object> = await import(path.join(folder, file));
    for (const table of Object.values(tables))
      if (typeof table === "object") codes.push(...Object.keys(table));
  }
  expect(codes.length).toBeGreaterThan(50);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  expect(codes.filter((code) => messageOf({ code }).includes(`(${code})`))).toEqual([]);
});

it("every reason code that is used in the source has a message", () => {
  const src = path.join(import.meta.dirname, "..");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) =>
    /^(?!.*(?:test|fake|generated|simulator)).*\.tsx?$/.test(file),
  );
  const written = files.flatMap((file) => {
    const text = readFileSync(path.join(src, file), "utf8");
    return [...text.matchAll(/\bcode: "(\w+)",?\s*(?:params\b|\})/g)].map(([, code = ""]) => ({
      file,
      code,
    }));
  });
  expect(new Set(written.map(({ code }) => code)).size).toBeGreaterThan(100);
  expect(written.filter(({ code }) => messageOf({ code }).includes(`(${code})`))).toEqual([]);
});

it("an unknown reason code is shown by its name", () => {
  expect(messageOf({ code: "from_a_newer_version" })).toContain("from_a_newer_version");
});
