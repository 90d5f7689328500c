import { expect, test } from "./stack";

const json = { "content-type": "application/json" };

/** Addresses of pages, API calls, callbacks, files and their errors. */
const asked: [method: string, path: string, init?: RequestInit][] = [
  ["GET", "/"],
  ["GET", "/sign-in"],
  ["GET", "/o/acme/providers"],
  ["HEAD", "/o/acme/providers"],
  ["GET", "/docs/api"],
  ["GET", "/no/such/page"],
  ["POST", "/sign-in", { headers: { "next-action": "x" }, body: "[]" }],
  ["GET", "/icon.svg"],
  ["GET", "/_next/data/x/index.json"],
  ["GET", "/_next/image?url=%2Ficon.svg&w=64&q=75"],
  ["GET", "/api/health"],
  ["GET", "/api/ready"],
  ["GET", "/api/openapi.json"],
  ["GET", "/api/organization.one"],
  ["GET", "/api/no.such"],
  ["GET", "/api/no/such/path"],
  ["POST", "/api/organization.update", { headers: json, body: "{" }],
  ["POST", "/api/organization.update", { headers: { "content-type": "text/plain" }, body: "x" }],
  ["DELETE", "/api/trpc/organization.update"],
  ["GET", "/api/trpc/no.such"],
  ["GET", "/api/auth/session"],
  ["GET", "/api/auth/no-such"],
  ["GET", "/api/gitlab/callback?code=c&state=s"],
  ["GET", "/api/nowhere/callback"],
  ["DELETE", "/api/gitlab/callback"],
  ["POST", "/o/none/providers/none/authorize/step"],
  ["PUT", "/o/none/providers/none/authorize/step"],
  ["GET", "/api/%ff"],
  ["GET", "/%"],
];

test("every answer of the app carries the security headers", async ({ stack }) => {
  const bare: string[] = [];
  for (const [method, path, init] of asked) {
    const answer = await fetch(`${stack.app.url}${path}`, { redirect: "manual", ...init, method });
    await answer.arrayBuffer();
    const has = (name: string, pattern: RegExp) => pattern.test(answer.headers.get(name) ?? "");
    const missing = [
      has("x-content-type-options", /^nosniff$/) || "nosniff",
      has("content-security-policy", /default-src '(self|none)'.*frame-ancestors 'none'/) || "policy",
      has("referrer-policy", /^(same-origin|no-referrer|strict-origin)$/) || "referrer",
      has("cross-origin-opener-policy", /^same-origin$/) || "opener",
      !answer.headers.has("x-powered-by") || "powered-by",
      answer.status < 500 || `status ${answer.status}`,
    ].filter((each) => each !== true);
    if (missing.length > 0) bare.push(`${method} ${path}: ${missing.join(", ")}`);
  }
  expect(bare).toEqual([]);
});

test("the build serves no source maps", async ({ stack, page }) => {
  const scripts: string[] = [];
  page.on("response", (answer) => {
    if (/\/_next\/static\/.*\.(js|css)$/.test(answer.url())) scripts.push(answer.url());
  });
  await page.goto(`${stack.app.url}/sign-in`);
  expect(scripts.length).toBeGreaterThan(2);
  for (const script of scripts) {
    expect([script, (await fetch(`${script}.map`)).status]).toEqual([script, 404]);
    expect(await (await fetch(script)).text()).not.toContain("sourceMappingURL=");
  }
});
