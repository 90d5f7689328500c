import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { messageOf } from "@/lib/reason";

const folder = path.join(import.meta.dirname, "reason");

it("gives every reason one text: no code stands in two tables", async () => {
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

it("has words for every reason that is written down anywhere", () => {
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

it("gives an unknown code its own name", () => {
  expect(messageOf({ code: "from_a_newer_version" })).toContain("from_a_newer_version");
});
