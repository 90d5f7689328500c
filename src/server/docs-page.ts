import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { z } from "zod";
import { projectRoot } from "@/db/project-root";
import { env } from "@/lib/env";
import { pagePolicy } from "@/server/page-headers";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** What the build keeps of the rendered page. */
const Rendered = z.object({
  /** Stands in the page where the nonce of its scripts belongs. */
  nonce: z.string(),
  /** Stands in the page where the address of the instance belongs. */
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  html: z.string(),
});
type Rendered = z.infer<typeof Rendered>;

interface Page {
  headers: Record<string, string>;
  etag: string;
  plain: Buffer;
  zipped: Buffer;
}

const pagePath = "/docs/api";
const pack = promisify(gzip);

/** In hexadecimal digits, which nothing escapes: the nonce of the build is replaced wherever it stands. */
const newNonce = (): string => randomBytes(16).toString("hex");

/** Where the build puts the page. */
export const docsPageFile = (): string => path.join(projectRoot(), "dist/api-reference.json");

/** Not an address that anybody can have: it is replaced by that of the instance. */
export const docsPageUrl = "https://address-of-this-slipway.invalid";

/**
 * Pass requests to the pages, but answer the API reference from what the build has rendered: it is the same for
 * everybody. All responses of a process share one script nonce, which is safe because nothing of a request gets into
 * this page.
 */
export function withDocsPage(pages: Handler, file = docsPageFile()): Handler {
  let loaded: Promise<Page | null> | null = null;
  return (request, response) => {
    if (!isDocsPage(request)) return pages(request, response);
    loaded ??= load(file);
    void loaded.then((page) => {
      if (page) return send(page, request, response);
      loaded = null; // the next one tries again
      pages(request, response);
    });
  };
}

/**
 * Other requests for the page, such as a navigation by Next, are not answered from the file: the browser then loads
 * the whole page.
 */
function isDocsPage({ method, url = "" }: IncomingMessage): boolean {
  return (method === "GET" || method === "HEAD") && (url === pagePath || url.startsWith(`${pagePath}?`));
}

async function load(file: string): Promise<Page | null> {
  const text = await readFile(file, "utf8").catch(() => null); // not built: the page is rendered
  if (text === null) return null;
  const { nonce, url, headers, html } = Rendered.parse(JSON.parse(text));
  const own = newNonce();
  const ours = (part: string) => part.replaceAll(nonce, own).replaceAll(url, env().url);
  const plain = Buffer.from(ours(html));
  return {
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, ours(value)])),
      "content-security-policy": pagePolicy(own),
      "cache-control": "private, no-cache",
      vary: "accept-encoding",
    },
    etag: etagOf(plain),
    plain,
    zipped: await pack(plain),
  };
}

function etagOf(bytes: Buffer): string {
  return `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 27)}"`;
}

function send(
  { headers, etag, plain, zipped }: Page,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const isZipped = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  const tag = isZipped ? `W/${etag}` : etag;
  const known = { ...headers, etag: tag };
  if (String(request.headers["if-none-match"] ?? "").includes(etag)) {
    response.writeHead(304, known).end();
    return;
  }
  const bytes = isZipped ? zipped : plain;
  const encoding = isZipped && { "content-encoding": "gzip" };
  response.writeHead(200, { ...known, ...encoding, "content-length": bytes.byteLength }).end(bytes);
}

/**
 * For the build: render the page once, as the text of the file.
 * @param pages renders; `env().url` is `docsPageUrl` meanwhile
 * @throws when the page is not answered with 200
 */
export async function renderDocsPage(pages: Handler): Promise<string> {
  const nonce = newNonce();
  const { status, headers, html } = await rendered(pages, { "content-security-policy": pagePolicy(nonce) });
  if (status !== 200) throw new Error(`${pagePath} was answered with ${status} while it was rendered`);
  return JSON.stringify({ nonce, url: docsPageUrl, headers, html } satisfies Rendered);
}

/** The answer to a request that comes through no socket. */
async function rendered(pages: Handler, extra: Record<string, string>) {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method: "GET", url: pagePath, headers: { host: "localhost", ...extra } });
  const response = new ServerResponse(request);
  const chunks: Buffer[] = [];
  const done = new Promise<void>((resolve) => {
    const take = (chunk: unknown) => {
      if (typeof chunk === "string" || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
    };
    response.write = ((chunk: unknown) => {
      take(chunk);
      return true;
    }) as ServerResponse["write"];
    response.end = ((chunk: unknown) => {
      take(chunk);
      response.emit("finish");
      resolve();
      return response;
    }) as ServerResponse["end"];
  });
  request.push(null);
  pages(request, response);
  await done;
  return {
    status: response.statusCode,
    headers: headersOf(response),
    html: Buffer.concat(chunks).toString("utf8"),
  };
}

function headersOf(response: ServerResponse): Record<string, string> {
  const text = Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(
    text.filter(([name]) => !/^(set-cookie|transfer-encoding|content-length|etag)$/.test(name)),
  );
}
