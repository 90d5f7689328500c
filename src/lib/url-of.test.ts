import { expect, it } from "vitest";
import { urlOf } from "@/lib/url-of";

it("reads an address with non-ASCII letters the same on every call", () => {
  const readable = Array.from({ length: 20_000 }, () => urlOf("https://bücher.example/x")?.hostname);
  expect(new Set(readable)).toEqual(new Set(["xn--bcher-kva.example"]));
});

it("gives null for what is no URL, and resolves against a base", () => {
  expect(urlOf("https://")).toBeNull();
  expect(urlOf("/b", "https://h/a")?.href).toBe("https://h/b");
});
