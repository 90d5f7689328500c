import { describe, expect, it } from "vitest";
import { isWhole } from "@/features/deployment/public";

describe("a deployment whose environment was removed while it was read", () => {
  it("is left out", () => {
    const rows = [{ environment: { name: "production" } }, { environment: null }, null];
    expect(rows.map(isWhole)).toEqual([true, false, false]);
  });
});
