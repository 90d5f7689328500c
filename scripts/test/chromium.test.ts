import { describe, expect, it } from "vitest";
import { findChromium } from "./chromium.mjs";

const none = { places: ["/no/such/browser"], fetchers: [() => null] };

describe("the browser of the tests", () => {
  it("is missed in words that say how to get one, never skipped", () => {
    const found = findChromium("/nowhere", none);
    expect(found).toEqual({ ok: false, problem: expect.stringContaining("apt-get install chromium") });
  });

  it("is the named one, and a name that leads nowhere is told", () => {
    expect(findChromium("/nowhere", { ...none, named: process.execPath })).toEqual({
      ok: true,
      path: process.execPath,
    });
    const found = findChromium("/nowhere", { ...none, named: "/no/such/chromium" });
    expect(found).toEqual({ ok: false, problem: expect.stringContaining("/no/such/chromium") });
  });

  it("is one that is there before any is fetched, and fetched where there is none", () => {
    const fetchers = [() => null, () => "/fetched"];
    expect(findChromium("/nowhere", { places: [process.execPath], fetchers })).toMatchObject({
      path: process.execPath,
    });
    expect(findChromium("/nowhere", { places: [], fetchers })).toEqual({ ok: true, path: "/fetched" });
  });
});
