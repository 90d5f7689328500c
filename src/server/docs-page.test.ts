import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseEnv, setEnv } from "@/lib/env";
import { withDocsPage } from "@/server/docs-page";

let server: Server;
const rendered: string[] = [];
let isBroken = true;

/** As the framework does: the page takes the nonce for its scripts from the policy in the request. */
function pages({ url = "", headers }: IncomingMessage, response: ServerResponse): void {
  rendered.push(`${url} ${headers.cookie ?? ""}`);
  const nonce = /'nonce-([^']+)'/.exec(String(headers["content-security-policy"]))?.[1];
  response.statusCode = isBroken ? 500 : 200;
  response.setHeader("content-type", "text/html");
  response.write("<!doctype html>");
  setImmediate(() => response.end(`<script nonce="${nonce}">1</script>`));
}

beforeAll(async () => {
  setEnv(parseEnv({}));
  server = createServer(withDocsPage(pages));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());

const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { headers });

describe("the API reference", () => {
  it("is rendered again after rendering failed", async () => {
    expect((await ask("/docs/api")).status).toBe(500);
    isBroken = false;
    expect((await ask("/docs/api")).status).toBe(200);
  });

  it("is rendered once for all requests, whatever their headers and query", async () => {
    rendered.length = 0;
    const ways = ["/docs/api", "/docs/api?_rsc=abc", "/docs/api?x=1"];
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, at) => ask(ways[at % 3] ?? "", { rsc: "1", cookie: `a=${at}` })),
    );
    const texts = new Set(await Promise.all(answers.map((answer) => answer.text())));
    expect([texts.size, rendered]).toEqual([1, []]);
    expect(new Set(answers.map((answer) => answer.headers.get("content-type")))).toEqual(
      new Set(["text/html"]),
    );
  });

  it("permits its own scripts and no others", async () => {
    const answer = await ask("/docs/api");
    const policy = answer.headers.get("content-security-policy") ?? "";
    const nonce = /<script nonce="([^"]+)">/.exec(await answer.text())?.[1];
    expect(policy).toContain(`'nonce-${nonce}'`);
    expect(policy).not.toContain("unsafe-inline' 'nonce");
  });

  it("is answered with 304 to a browser that has it", async () => {
    const etag = (await ask("/docs/api")).headers.get("etag") ?? "";
    const again = await ask("/docs/api", { "if-none-match": etag });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it("is served for its own path only", async () => {
    rendered.length = 0;
    await ask("/docs/apixyz");
    await ask("/sign-in");
    expect(rendered).toEqual(["/docs/apixyz ", "/sign-in "]);
  });
});
