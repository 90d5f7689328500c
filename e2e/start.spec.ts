import { request } from "node:http";
import { expect, test } from "./stack";

test("the built app is ready, serves its pages, and sends the security headers", async ({ stack, page }) => {
  const { url } = stack.app;
  const ready = await fetch(`${url}/api/ready`);
  expect(ready.status).toBe(200);
  const answer = await page.goto(`${url}/no/such/page`);
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const headers = answer?.headers() ?? {};
  expect(headers["content-security-policy"]).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic'(;|$)/);
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["referrer-policy"]).toBe("same-origin");
  expect(headers["x-powered-by"]).toBeUndefined();
  const unknown = await fetch(`${url}/api/no.such`);
  expect(unknown.status).toBe(404);
});

/** Ask with a request line of our own; a browser never sends one like it. */
function ask(port: number, target: string): Promise<{ status: number; location?: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: target, headers: { host: `localhost:${port}` } });
    asked.once("response", (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, location: answer.headers.location });
    });
    asked.once("error", reject);
    asked.end();
  });
}

test("a request line with a whole URL in it causes neither a fetch nor a redirect to that URL", async ({
  stack,
}) => {
  const { port } = stack.app;
  const refused = await ask(port, "http://169.254.169.254/latest/meta-data/");
  expect(refused.status).toBe(400);
  expect(refused.location).toBeUndefined();
  const twice = await ask(port, "//evil.example.com/");
  expect(twice.location ?? "").not.toMatch(/^(https?:)?\/\/evil/);
});
