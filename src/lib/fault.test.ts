import { expect, it, vi } from "vitest";
import { asFault, Fault } from "@/lib/fault";

it("a Fault is recognized also when another copy of the module made it", async () => {
  vi.resetModules();
  const copy = await import("@/lib/fault");
  expect(copy.Fault).not.toBe(Fault);
  const fault = new copy.Fault("unavailable", { code: "dns_failed", params: { host: "git.example.com" } });
  expect(fault instanceof Fault).toBe(true);
  expect(asFault(fault)).toBe(fault);
});

it("no other value is recognized as a Fault", () => {
  const others = [new Error("x"), null, undefined, "Fault", { name: "Fault", code: "internal" }];
  expect(others.filter((each: unknown) => each instanceof Fault)).toEqual([]);
  expect(asFault(new Error("x")).code).toBe("internal");
});
