import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "@/rpc/http-call";
import { browserStepPage } from "@/server/browser-step-page";

const policyOf = ({ headers }: HttpAnswer) => String(headers?.["content-security-policy"]);

describe("the page that sends the browser to a host", () => {
  it("follows a link by itself, without a script and without a referrer", () => {
    const answer = browserStepPage({ kind: "link", url: "https://git.example.com/o?a=1&b=%22" });
    const text = String(answer.body);
    expect(text).toContain('content="0;url=https://git.example.com/o?a=1&amp;b=%22"');
    expect(text).not.toContain("<script");
    expect(policyOf(answer)).toContain("default-src 'none'");
    expect(policyOf(answer)).toContain("form-action 'none'");
    expect(answer.headers?.["referrer-policy"]).toBe("no-referrer");
  });

  it("permits its form for the one host it is for", () => {
    const url = "https://github.example.com/settings/apps/new?state=s";
    const answer = browserStepPage({ kind: "form", url, fields: { manifest: '{"a":"</form><script>"}' } });
    expect(policyOf(answer)).toMatch(/form-action https:\/\/github\.example\.com;/);
    expect(answer.headers?.["cache-control"]).toBe("no-store");
    const text = String(answer.body);
    expect(text).toContain("{&quot;a&quot;:&quot;&lt;/form&gt;&lt;script&gt;&quot;}");
    expect(text).not.toContain("<script");
  });

  it("refuses addresses that are not http or https", () => {
    for (const url of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
      expect(() => browserStepPage({ kind: "link", url })).toThrow(TypeError);
  });
});
