import { describe, expect, it, vi } from "vitest";
import { processGlobal } from "@/lib/process-global";

describe("process-wide state", () => {
  it("is shared by every copy of a module and created once", async () => {
    processGlobal("process-global.test", () => new Map([["kept", 1]])).value.set("kept", 2);
    vi.resetModules();
    const again = await import("@/lib/process-global");
    expect(again.processGlobal).not.toBe(processGlobal);
    expect(again.processGlobal("process-global.test", () => new Map()).value.get("kept")).toBe(2);
  });

  it("keeps an assigned value under its own name only", () => {
    processGlobal<string | null>("process-global.one", () => null).value = "one";
    expect(processGlobal<string | null>("process-global.one", () => null).value).toBe("one");
    expect(processGlobal<string | null>("process-global.two", () => null).value).toBeNull();
  });
});
