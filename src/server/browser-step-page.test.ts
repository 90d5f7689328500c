import { describe, expect, it } from "vitest";
import { browserStepPage } from "@/server/browser-step-page";

const policyOf = (answer: Response) => answer.headers.get("content-security-policy") ?? "";

describe("the page that hands the browser over", () => {
  it("opens a link by itself, without a script and without saying where from", async () => {
    const answer = browserStepPage({ kind: "link", url: "https://git.example.com/o?a=1&b=%22" });
    const text = await answer.text();
    expect(text).toContain('content="0;url=https://git.example.com/o?a=1&amp;b=%22"');
    expect(text).not.toContain("<script");
    expect(policyOf(answer)).toContain("default-src 'none'");
    expect(policyOf(answer)).toContain("form-action 'none'");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  });

  it("lets a form go to the one host it is for", async () => {
    const url = "https://github.example.com/settings/apps/new?state=s";
    const answer = browserStepPage({ kind: "form", url, fields: { manifest: '{"a":"</form><script>"}' } });
    expect(policyOf(answer)).toMatch(/form-action https:\/\/github\.example\.com;/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const text = await answer.text();
    expect(text).toContain("{&quot;a&quot;:&quot;&lt;/form&gt;&lt;script&gt;&quot;}");
    expect(text).not.toContain("<script");
  });

  it("leads to web pages only", () => {
    for (const url of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
      expect(() => browserStepPage({ kind: "link", url })).toThrow(TypeError);
  });
});
