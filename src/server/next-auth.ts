import NextAuth, { type NextAuthOptions } from "next-auth";
import type { RequestHeaders } from "@/access/caller";
import { defaultExport } from "@/lib/default-export";
import type { HttpAnswer } from "@/rpc/http-call";

interface Incoming {
  method: string;
  headers: RequestHeaders;
  query: URLSearchParams;
  /** The path below /api/auth. */
  nextauth: string[];
  body: Record<string, string>;
}

type NodeForm = (req: object, res: object, options: NextAuthOptions) => Promise<unknown>;

/**
 * Run next-auth on a request. Its route-handler form reads cookies through Next's request scope and parses bodies of
 * any size; its older form takes a request and a response object, which are given here.
 */
export async function runNextAuth(incoming: Incoming, options: NextAuthOptions): Promise<HttpAnswer> {
  const response = new Recorder();
  await (defaultExport(NextAuth) as unknown as NodeForm)(nodeRequest(incoming), response, options);
  return response.toAnswer();
}

/** The headers that next-auth reads. */
const readHeaders = ["cookie", "host", "origin", "x-forwarded-host", "x-forwarded-proto", "user-agent"];

function nodeRequest({ method, headers, query, nextauth, body }: Incoming) {
  const cookies = cookiesOf(headers.get("cookie") ?? "");
  const given = readHeaders.map((name) => [name, headers.get(name) ?? undefined]);
  return {
    method,
    query: { ...Object.fromEntries(query), nextauth },
    cookies,
    headers: Object.fromEntries(given),
    body,
  };
}

function cookiesOf(header: string): Record<string, string> {
  const pairs = header.split(";").map((pair) => pair.trim().split(/=(.*)/s));
  return Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, decode(value)]));
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // not ours, then
  }
}

/** The part of a Node response that next-auth uses. */
class Recorder {
  private code = 200;
  private readonly headers: Record<string, string> = {};
  private body = "";
  private cookies: string[] = [];

  status(code: number): this {
    this.code = code;
    return this;
  }

  getHeader(name: string): string | string[] | undefined {
    return name.toLowerCase() === "set-cookie" ? this.cookies : this.headers[name.toLowerCase()];
  }

  setHeader(name: string, value: string | string[]): this {
    if (name.toLowerCase() === "set-cookie") this.cookies = [value].flat();
    else this.headers[name.toLowerCase()] = String(value);
    return this;
  }

  json(value: unknown): void {
    this.headers["content-type"] = "application/json";
    this.body = JSON.stringify(value);
  }

  send(value: unknown): void {
    if (typeof value === "object" && value !== null) this.json(value);
    else this.body = value === undefined ? "" : String(value);
  }

  end(): void {
    this.body = "";
  }

  toAnswer(): HttpAnswer {
    const cookies = this.cookies.length > 0 && { "set-cookie": this.cookies };
    // next-auth's caching headers are dropped: an answer about a session must not be cached.
    const { "cache-control": _, ...headers } = this.headers;
    return { status: this.code, headers: { ...headers, ...cookies }, body: this.body };
  }
}
