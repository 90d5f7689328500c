import { expect, it } from "vitest";
import { defaultExport } from "@/lib/default-export";

it("finds the default export of a CommonJS package, whoever loaded it", () => {
  const make = () => "made";
  expect(defaultExport(make)()).toBe("made");
  expect(defaultExport({ __esModule: true, default: make } as unknown as typeof make)()).toBe("made");
});
