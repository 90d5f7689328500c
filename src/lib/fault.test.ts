import { expect, it, vi } from "vitest";
import { asFault, Fault } from "@/lib/fault";

it("a fault is one also for another copy of the module, such as the bundle of a page", async () => {
  vi.resetModules();
  const copy = await import("@/lib/fault");
  expect(copy.Fault).not.toBe(Fault);
  const fault = new copy.Fault("unavailable", { code: "dns_failed", params: { host: "git.example.com" } });
  expect(fault instanceof Fault).toBe(true);
  expect(asFault(fault)).toBe(fault);
});

it("nothing else is a fault", () => {
  const others = [new Error("x"), null, undefined, "Fault", { name: "Fault", code: "internal" }];
  expect(others.filter((each: unknown) => each instanceof Fault)).toEqual([]);
  expect(asFault(new Error("x")).code).toBe("internal");
});
