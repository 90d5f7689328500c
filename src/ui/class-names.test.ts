import { describe, expect, it } from "vitest";
import { cn } from "@/ui/class-names";

describe("joining class names", () => {
  it.each([
    ["h-9 px-3", "h-auto", "px-3 h-auto"],
    ["text-base text-soft", "text-sm", "text-soft text-sm"],
    ["text-ink", "text-bad", "text-bad"],
    ["font-medium font-mono", "font-normal", "font-mono font-normal"],
    ["border border-line rounded-md", "rounded-none border-0", "border-line rounded-none border-0"],
    ["sm:max-w-lg max-w-full", "sm:max-w-2xl", "max-w-full sm:max-w-2xl"],
    ["[&_svg]:size-4 size-5", "size-6", "[&_svg]:size-4 size-6"],
    ["min-w-0 w-full", "w-36", "min-w-0 w-36"],
    ["px-4 py-2", "py-3", "px-4 py-3"],
    ["mt-1", "-mt-2", "-mt-2"],
    ["text-[12px]", "text-lg", "text-lg"],
    ["size-6 text-xs", "rounded-full", "size-6 text-xs rounded-full"],
    ["hover:bg-hover bg-surface", "bg-accent-wash", "hover:bg-hover bg-accent-wash"],
  ])("%j with %j gives %j", (base, more, all) => {
    expect(cn(base, more)).toBe(all);
  });

  it("leaves out false values and duplicates", () => {
    expect(cn("flex", false, undefined, "animate-spin", "animate-spin")).toBe("flex animate-spin");
  });

  it("keeps classes of different properties that only look alike", () => {
    expect(cn("gap-x-2", "gap-y-1", "data-[state=a]:h-4", "data-[state=b]:h-5")).toBe(
      "gap-x-2 gap-y-1 data-[state=a]:h-4 data-[state=b]:h-5",
    );
  });
});
