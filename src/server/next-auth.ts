import NextAuth, { type NextAuthOptions } from "next-auth";

interface Incoming {
  request: Request;
  /** The path below /api/auth. */
  nextauth: string[];
  body: Record<string, string>;
}

type NodeForm = (req: object, res: object, options: NextAuthOptions) => Promise<unknown>;

/**
 * Run next-auth on a plain request. Its route-handler form reads cookies through Next's request scope and parses
 * bodies of any size; its older form takes a request and a response object, which are given here.
 */
export async function runNextAuth(incoming: Incoming, options: NextAuthOptions): Promise<Response> {
  const response = new Recorder();
  await (NextAuth as unknown as NodeForm)(nodeRequest(incoming), response, options);
  return response.toResponse();
}

function nodeRequest({ request, nextauth, body }: Incoming) {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  return {
    method: request.method,
    query: { ...query, nextauth },
    cookies: cookiesOf(request.headers.get("cookie") ?? ""),
    headers: Object.fromEntries(request.headers),
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
  private readonly headers = new Headers();
  private body: string | null = null;
  private cookies: string[] = [];

  status(code: number): this {
    this.code = code;
    return this;
  }

  getHeader(name: string): string | string[] | undefined {
    return name.toLowerCase() === "set-cookie" ? this.cookies : (this.headers.get(name) ?? undefined);
  }

  setHeader(name: string, value: string | string[]): this {
    if (name.toLowerCase() === "set-cookie") this.cookies = [value].flat();
    else this.headers.set(name, String(value));
    return this;
  }

  json(value: unknown): void {
    this.headers.set("content-type", "application/json");
    this.body = JSON.stringify(value);
  }

  send(value: unknown): void {
    if (typeof value === "object" && value !== null) this.json(value);
    else this.body = value === undefined ? null : String(value);
  }

  end(): void {
    this.body = null;
  }

  toResponse(): Response {
    for (const cookie of this.cookies) this.headers.append("set-cookie", cookie);
    return new Response(this.body, { status: this.code, headers: this.headers });
  }
}
