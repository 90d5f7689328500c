import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { env, parseEnv, setEnv } from "@/lib/env";
import { docsPageUrl, renderDocsPage, withDocsPage } from "@/server/docs-page";

const url = "https://slipway.example.com";
const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-docs-page-"));
const file = path.join(folder, "api-reference.json");
let server: Server;
const rendered: string[] = [];
let isBroken = true;

/** As the framework does: the page takes the nonce for its scripts from the policy in the request. */
function pages({ url = "", headers }: IncomingMessage, response: ServerResponse): void {
  rendered.push(`${url} ${headers.cookie ?? ""}`);
  const nonce = /'nonce-([^']+)'/.exec(String(headers["content-security-policy"]))?.[1];
  response.statusCode = isBroken ? 500 : 200;
  response.setHeader("content-type", "text/html");
  response.setHeader("link", `</a.css>; rel=preload; nonce="${nonce}"`);
  response.write("<!doctype html>");
  setImmediate(() => response.end(`<script nonce="${nonce}">1</script><p>${env().url}/api</p>`));
}

beforeAll(async () => {
  setEnv(parseEnv({ SLIPWAY_URL: url }));
  server = createServer(withDocsPage(pages, file));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { headers });

describe("the API reference", () => {
  it("fails the build when it cannot be rendered", async () => {
    await expect(renderDocsPage(pages)).rejects.toThrow("/docs/api was answered with 500");
  });

  it("is rendered by the process while there is no file of the build", async () => {
    isBroken = false;
    rendered.length = 0;
    expect((await ask("/docs/api")).status).toBe(200);
    expect(rendered).toEqual(["/docs/api "]);
  });

  it("is rendered once by the build and by no request, whatever its headers and query", async () => {
    rendered.length = 0;
    setEnv(parseEnv({ SLIPWAY_URL: docsPageUrl }));
    await writeFile(file, await renderDocsPage(pages));
    setEnv(parseEnv({ SLIPWAY_URL: url }));
    expect(rendered).toEqual(["/docs/api "]);
    const ways = ["/docs/api", "/docs/api?_rsc=abc", "/docs/api?x=1"];
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, at) => ask(ways[at % 3] ?? "", { rsc: "1", cookie: `a=${at}` })),
    );
    const texts = new Set(await Promise.all(answers.map((answer) => answer.text())));
    expect([texts.size, rendered]).toEqual([1, ["/docs/api "]]);
    expect(new Set(answers.map((answer) => answer.headers.get("content-type")))).toEqual(
      new Set(["text/html"]),
    );
  });

  it("names the address of the instance", async () => {
    expect(await (await ask("/docs/api")).text()).toContain(`<p>${url}/api</p>`);
  });

  it("permits its own scripts and no others, by a nonce of this process", async () => {
    const nonceOf = async (response: Response) =>
      /<script nonce="([^"]+)">/.exec(await response.text())?.[1] ?? "";
    const answer = await ask("/docs/api");
    const policy = answer.headers.get("content-security-policy") ?? "";
    const nonce = await nonceOf(answer);
    expect(policy).toContain(`'nonce-${nonce}'`);
    expect(answer.headers.get("link")).toContain(`nonce="${nonce}"`);
    expect(policy).not.toContain("unsafe-inline' 'nonce");
    const other = createServer(withDocsPage(pages, file));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    expect(await nonceOf(await fetch(`http://127.0.0.1:${port}/docs/api`))).not.toBe(nonce);
    other.close();
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
