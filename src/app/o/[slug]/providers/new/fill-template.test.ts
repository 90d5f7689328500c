import { describe, expect, it } from "vitest";
import { fillTemplate } from "@/app/o/[slug]/providers/new/fill-template";

describe("filling a manifest's text", () => {
  it("puts in what was typed, without a slash at the end", () => {
    expect(fillTemplate("{url}/settings", { url: "https://git.example.com/" })).toEqual({
      text: "https://git.example.com/settings",
      url: "https://git.example.com/settings",
    });
  });

  it("is nothing while a value is missing", () => {
    expect(fillTemplate("{url}/settings", { url: " " })).toBeNull();
  });

  it("gives no link for an address that is not http", () => {
    expect(fillTemplate("{url}/x", { url: "javascript:alert(1)" })?.url).toBeNull();
    expect(fillTemplate("{url}/x", { url: "git.example.com" })?.url).toBeNull();
  });
});
