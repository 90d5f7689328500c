import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { testKey, testMember, testOrganization } from "@test/kit/member";
import { env } from "@/lib/env";
import { answerFirst } from "@/rpc/http-route";
import { routes } from "@/server/routes";

/** For tests: which transport of the API. */
export type Transport = "trpc" | "rest";
export type Init = RequestInit & { headers?: Record<string, string>; query?: string };

export const json = { "content-type": "application/json" };

let listening: Promise<Server> | undefined;

/** The routes on a loopback port, without the gate, so that a test can set the client address. */
function server(): Promise<Server> {
  listening ??= new Promise((resolve) => {
    const opened = createServer((request, response) => {
      if (!answerFirst(routes, request, response)) response.writeHead(404).end("no route");
    });
    opened.listen(0, "127.0.0.1", () => resolve(opened.unref()));
  });
  return listening;
}

/** For tests: send a request to the routes of the process over a real connection. Redirects are not followed. */
export async function send(target: string, init: RequestInit = {}): Promise<Response> {
  const { port } = (await server()).address() as AddressInfo;
  const { pathname, search } = new URL(target, env().url);
  const given = new Request(env().url, { ...init, duplex: "half" } as RequestInit);
  const headers = { host: new URL(env().url).host, ...Object.fromEntries(given.headers) };
  const { method, signal } = given;
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      path: pathname + search,
      method,
      headers,
      signal,
      agent: false,
    };
    const asked = request(options, (answer) => resolve(toResponse(answer)));
    asked.once("error", reject);
    if (given.body) Readable.fromWeb(given.body as never).pipe(asked);
    else asked.end();
  });
}

function toResponse(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headersDistinct))
    for (const each of value ?? []) headers.append(name, each);
  const status = answer.statusCode ?? 0;
  const isEmpty = status === 204 || status === 304;
  if (isEmpty) answer.resume();
  return new Response(isEmpty ? null : (Readable.toWeb(answer) as never), { status, headers });
}

/** For tests: call a procedure. */
export function call(
  transport: Transport,
  name: string,
  { query = "", ...init }: Init = {},
): Promise<Response> {
  return send(`/api/${transport === "trpc" ? "trpc/" : ""}${name}${query}`, init);
}

/** For tests: POST a value as JSON. */
export function post(
  transport: Transport,
  name: string,
  body: unknown,
  headers: Record<string, string> = {},
) {
  return call(transport, name, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { ...json, ...headers },
  });
}

/** For tests: the fault code of an answer of either transport. */
export async function faultIn(answer: Response): Promise<string | undefined> {
  const body = (await answer.json()) as { error?: { fault?: string; data?: { fault?: string } } };
  return body.error?.fault ?? body.error?.data?.fault;
}

/** For tests: the owner of a new organization, with a key of all permissions. */
export async function owner() {
  const member = await testMember(await testOrganization(), "owner");
  return { ...member, key: { "x-api-key": await testKey(member) } };
}
