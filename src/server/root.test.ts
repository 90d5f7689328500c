import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { permissions } from "@/access/policy";
import { procedures } from "@/server/procedure-facts";
import { appRouter } from "@/server/root";

const api = path.resolve(import.meta.dirname, "../app/api");

function folders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => [entry.name, ...folders(path.join(folder, entry.name))]);
}

describe("every procedure", () => {
  const all = [...procedures.values()];

  it("declares who may call it", () => {
    const known = new Set<string>([...permissions, "anyone", "signedIn", "sessionOnly"]);
    expect(all.filter(({ meta }) => !known.has(meta?.access)).map(({ path }) => path)).toEqual([]);
  });

  it("checks what it answers by a schema", () => {
    const loose = all.filter(({ output, type }) => !output && type !== "subscription");
    expect(loose.map(({ path }) => path)).toEqual([]);
  });

  it("is called router.procedure, in letters", () => {
    expect(
      all.map(({ path }) => path).filter((name) => !/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/.test(name)),
    ).toEqual([]);
  });
});

describe("the routes under /api", () => {
  it("do not take the name of a router", () => {
    const routers = Object.keys(appRouter._def.record);
    const routes = readdirSync(api).filter((name) => !name.startsWith("["));
    expect(routers.filter((name) => routes.includes(name))).toEqual([]);
  });

  it("use one name for dynamic segments: two at one level would keep the built app from starting", () => {
    const dynamic = folders(api).filter((name) => name.startsWith("["));
    expect(dynamic.filter((name) => name !== "[name]" && name !== "[...name]")).toEqual([]);
  });
});
