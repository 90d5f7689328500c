import { testKey, testMember, testOrganization } from "@test/kit/member";
import { env } from "@/lib/env";
import { restHandler } from "@/server/rest-handler";
import { trpcHandler } from "@/server/trpc-handler";

/** For tests: which transport of the API. */
export type Transport = "trpc" | "rest";
export type Init = RequestInit & { headers?: Record<string, string>; query?: string };

export const json = { "content-type": "application/json" };

/** For tests: send a request over a transport. */
export function call(
  transport: Transport,
  name: string,
  { query = "", ...init }: Init = {},
): Promise<Response> {
  const base = `${env().url}/api/${transport === "trpc" ? "trpc/" : ""}`;
  const url = `${base}${name}${query}`;
  const duplex = init.body instanceof ReadableStream ? { duplex: "half" } : {};
  const host = new URL(url).host;
  const request = new Request(url, { ...init, headers: { host, ...init.headers }, ...duplex } as RequestInit);
  return transport === "trpc" ? trpcHandler(request) : restHandler(request, name);
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
