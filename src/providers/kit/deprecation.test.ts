import { expect, it } from "vitest";
import { makeLog } from "@/lib/log";
import { logDeprecation } from "@/providers/kit/deprecation";

it("logs the announced end of a call once, without the names in its path", () => {
  const lines: string[] = [];
  const to = makeLog({ write: (line: string) => void lines.push(line) });
  const headers = new Headers({ deprecation: "@1767225600", sunset: "Thu, 31 Dec 2026 23:59:59 GMT" });
  for (const name of ["site", "secret-plans", "site"]) {
    const request = new Request(`https://git.example.com/api/v1/repos/acme/${name}/branches?page=2`);
    logDeprecation("Gitty", request, headers, to);
  }
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "{}")).toMatchObject({
    host: "Gitty",
    call: "GET https://git.example.com branches",
    deprecation: "@1767225600",
    sunset: "Thu, 31 Dec 2026 23:59:59 GMT",
  });
  expect(lines.join()).not.toContain("secret-plans");
});
