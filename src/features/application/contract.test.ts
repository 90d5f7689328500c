import { describe, expect, it } from "vitest";
import { RepositoryPath } from "@/features/application/contract";

describe("a folder of the repository", () => {
  it.each([
    ["/", ""],
    ["", ""],
    ["docs", "docs"],
    ["apps/web/", "apps/web"],
    ["größe/日本", "größe/日本"],
    ["a b/..c", "a b/..c"],
  ])("%j is %j", (given, taken) => {
    expect(RepositoryPath.parse(given)).toBe(taken);
  });

  it.each([
    "/etc",
    "//docs",
    "../",
    "a/../../b",
    "a/./b",
    "a//b",
    "%2e%2e/x",
    "a/%2F../b",
    "a\\b",
    "a\0",
    ".git",
    "x/.GIT/y",
    "~",
    "~root/x",
    "docs ",
    " docs",
    "．．/x",
    "‥/x",
    "a／..／b",
    "x".repeat(4096),
  ])("refuses %j", (path) => {
    expect(RepositoryPath.safeParse(path).success).toBe(false);
  });
});
