import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { parseEnv, setEnv } from "@/lib/env";
import { setPageHeaders } from "@/server/page-headers";

function headersAt(url: string, path?: string): { request: IncomingMessage; response: ServerResponse } {
  setEnv(parseEnv({ SLIPWAY_URL: url }));
  const request = new IncomingMessage(new Socket());
  request.url = path;
  request.headers["content-security-policy"] = "script-src 'nonce-chosen-by-the-client'";
  const response = new ServerResponse(request);
  setPageHeaders(request, response);
  return { request, response };
}

function nonceOf(policy: unknown): string {
  return /'nonce-([^']+)'/.exec(String(policy))?.[1] ?? "";
}

describe("the headers of the app's own pages", () => {
  it("allow no script but those with this answer's nonce, and no frame around the page", () => {
    const { response } = headersAt("http://localhost:3000");
    const policy = String(response.getHeader("content-security-policy"));
    expect(policy).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(nonceOf(policy).length).toBeGreaterThan(20);
    expect(response.getHeader("x-content-type-options")).toBe("nosniff");
  });

  it("use a new nonce each time and never one that the client sent", () => {
    const first = headersAt("http://localhost:3000");
    const second = headersAt("http://localhost:3000");
    const sent = nonceOf(first.request.headers["content-security-policy"]);
    expect(sent).toBe(nonceOf(first.response.getHeader("content-security-policy")));
    expect(sent).not.toBe(nonceOf(second.response.getHeader("content-security-policy")));
    expect(sent).not.toContain("chosen");
  });

  it("contain Strict-Transport-Security only where the public address is https", () => {
    expect(
      headersAt("http://localhost:3000").response.getHeader("strict-transport-security"),
    ).toBeUndefined();
    expect(
      headersAt("https://slipway.example.com").response.getHeader("strict-transport-security"),
    ).toBeDefined();
  });
});
