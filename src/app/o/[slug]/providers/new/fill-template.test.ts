import { describe, expect, it } from "vitest";
import { fillTemplate } from "@/app/o/[slug]/providers/new/fill-template";

describe("filling a template with the typed values", () => {
  it("inserts values without a trailing slash", () => {
    expect(fillTemplate("{url}/settings", { url: "https://git.example.com/" })).toEqual({
      text: "https://git.example.com/settings",
      url: "https://git.example.com/settings",
    });
  });

  it("gives null while a value is missing", () => {
    expect(fillTemplate("{url}/settings", { url: " " })).toBeNull();
  });

  it("gives no link for an address that is not http", () => {
    expect(fillTemplate("{url}/x", { url: "javascript:alert(1)" })?.url).toBeNull();
    expect(fillTemplate("{url}/x", { url: "git.example.com" })?.url).toBeNull();
  });
});
