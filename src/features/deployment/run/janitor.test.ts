import { existsSync, mkdirSync, utimesSync } from "node:fs";
import path from "node:path";
import { testDatabase } from "@test/kit/database";
import { type Bench, seedApplication, startBench } from "@test/kit/deployment";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { reconcileDataFolder } from "@/features/deployment/run/janitor";
import { environmentsFolder } from "@/features/site/folder";
import { newId } from "@/lib/id";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1" });

let bench: Bench;
let environmentId: string;
beforeAll(async () => {
  bench = await startBench();
  const seed = { commits: [{ message: "one", files: { "index.html": "one" } }] };
  ({ environmentId } = await seedApplication(bench, seed));
});
afterAll(() => bench.stop());

/** A folder of an environment, last changed so many hours ago. */
function folder(name: string, hours: number): string {
  const full = path.join(environmentsFolder(), name);
  mkdirSync(full, { recursive: true });
  const at = Date.now() / 1000 - hours * 3600;
  utimesSync(full, at, at);
  return full;
}

let orphan: string;
beforeEach(() => {
  orphan = folder(newId(), 25);
});

describe("cleaning the data folder", () => {
  it("deletes nothing from the folder of another database, however old", async () => {
    await reconcileDataFolder();
    expect(existsSync(orphan)).toBe(true);
  });

  it("deletes folders that no row names once they are a day old, and no others", async () => {
    const known = folder(environmentId, 25);
    const young = folder(newId(), 23);
    await reconcileDataFolder();
    expect([orphan, known, young].map((each) => existsSync(each))).toEqual([false, true, true]);
  });
});
