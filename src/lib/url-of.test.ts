import { expect, it } from "vitest";
import { urlOf } from "@/lib/url-of";

it("reads a name with letters beyond ASCII however often it is asked", () => {
  const readable = Array.from({ length: 20_000 }, () => urlOf("https://bücher.example/x")?.hostname);
  expect(new Set(readable)).toEqual(new Set(["xn--bcher-kva.example"]));
});

it("gives null for what is no URL, and resolves against a base", () => {
  expect(urlOf("https://")).toBeNull();
  expect(urlOf("/b", "https://h/a")?.href).toBe("https://h/b");
});
