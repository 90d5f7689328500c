import { createHash } from "node:crypto";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { setPageHeaders } from "@/server/page-headers";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface Page {
  headers: Record<string, string>;
  etag: string;
  plain: Buffer;
  zipped: Buffer;
}

const path = "/docs/api";
const pack = promisify(gzip);

/**
 * Pass requests to the pages, but render the API reference once per process: it is the same for everybody, and
 * rendering takes 0.1 s of CPU. All responses share one script nonce, which is safe because nothing of a request gets
 * into this page.
 */
export function withDocsPage(pages: Handler): Handler {
  let rendered: Promise<Page | null> | null = null;
  return (request, response) => {
    if (!isDocsPage(request)) return pages(request, response);
    rendered ??= render(pages);
    void rendered.then((page) => {
      if (page) return send(page, request, response);
      rendered = null; // the next one tries again
      pages(request, response);
    });
  };
}

/**
 * Other requests for the page, such as a navigation by Next, are not answered from the cache: the browser then loads
 * the whole page.
 */
function isDocsPage({ method, url = "" }: IncomingMessage): boolean {
  return (method === "GET" || method === "HEAD") && (url === path || url.startsWith(`${path}?`));
}

async function render(pages: Handler): Promise<Page | null> {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method: "GET", url: path, headers: { host: "localhost" } });
  const response = new ServerResponse(request);
  setPageHeaders(request, response);
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
  if (response.statusCode !== 200) return null;
  const plain = Buffer.concat(chunks);
  return { headers: headersOf(response), etag: etagOf(plain), plain, zipped: await pack(plain) };
}

function headersOf(response: ServerResponse): Record<string, string> {
  const ours = { ...response.getHeaders(), "cache-control": "private, no-cache", vary: "accept-encoding" };
  const text = Object.entries(ours).map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(
    text.filter(([name]) => !/^(set-cookie|transfer-encoding|content-length)$/.test(name)),
  );
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
