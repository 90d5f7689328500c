import { describe, expect, it } from "vitest";
import { findChromium } from "./chromium.mjs";

const none = { places: ["/no/such/browser"], fetchers: [() => null] };

describe("the Chromium for the browser tests", () => {
  it("fails with how to install one when it is missing, and never skips tests", () => {
    const found = findChromium("/nowhere", none);
    expect(found).toEqual({ ok: false, problem: expect.stringContaining("apt-get install chromium") });
  });

  it("is the one named in the settings, and a wrong name there is reported", () => {
    expect(findChromium("/nowhere", { ...none, named: process.execPath })).toEqual({
      ok: true,
      path: process.execPath,
    });
    const found = findChromium("/nowhere", { ...none, named: "/no/such/chromium" });
    expect(found).toEqual({ ok: false, problem: expect.stringContaining("/no/such/chromium") });
  });

  it("is an installed one when there is one, and is fetched otherwise", () => {
    const fetchers = [() => null, () => "/fetched"];
    expect(findChromium("/nowhere", { places: [process.execPath], fetchers })).toMatchObject({
      path: process.execPath,
    });
    expect(findChromium("/nowhere", { places: [], fetchers })).toEqual({ ok: true, path: "/fetched" });
  });
});
