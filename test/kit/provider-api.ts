import { testOrigin } from "@test/kit/member";
import type { TRPCError } from "@trpc/server";
import type { Caller } from "@/access/caller";
import { setPorts } from "@/features/git-provider/client/pipeline";
import { gitProviderRouter } from "@/features/git-provider/router";
import { typeRouters } from "@/features/git-provider/type-router";
import { repositoryRouter } from "@/features/repository/router";
import type { Fault } from "@/lib/fault";
import type { Probe } from "@/lib/outbound/probe";
import type { Simulated } from "@/providers/simulator/simulated";
import { faultOf } from "@/rpc/error-shape";
import { createCallerFactory, router } from "@/rpc/procedure";

const createApi = createCallerFactory(
  router({ ...typeRouters, gitProvider: gitProviderRouter, repository: repositoryRouter }),
);

/** For tests: the JSON of every answer and every error so far, to look for what must not be in it. */
export const said: string[] = [];

/** For tests: call a procedure as an API client would, with input that went through JSON. */
export async function call<Answer>(caller: Caller, path: string, input?: unknown): Promise<Answer> {
  const api = createApi({
    origin: testOrigin,
    headers: new Headers(),
    principal: async () => caller,
    caller: async () => caller,
    visitor: async () => caller,
    membership: async () => caller,
    answerHeaders: {},
  });
  const [noun = "", verb = ""] = path.split(".");
  const nouns = api as unknown as Record<string, Record<string, (input: unknown) => Promise<Answer>>>;
  try {
    const answer = await nouns[noun]?.[verb]?.(
      input === undefined ? undefined : JSON.parse(JSON.stringify(input)),
    );
    said.push(JSON.stringify(answer));
    return answer as Answer;
  } catch (error) {
    const fault = faultOf(error as TRPCError);
    said.push(JSON.stringify({ ...fault, message: fault.message }));
    throw fault;
  }
}

/** For tests: the fault that a call ends with. */
export async function faultOfCall(caller: Caller, path: string, input?: unknown): Promise<Fault> {
  try {
    await call(caller, path, input);
  } catch (error) {
    return error as Fault;
  }
  throw new Error(`${path} did not fail`);
}

const ok = { outcome: "ok" } as const;

/** For tests: a host that answers in memory, and how often it was asked. */
export function reachInMemory(respond: (request: Request) => Promise<Response>): { requests: string[] } {
  const requests: string[] = [];
  setPorts({
    http: {
      send: (request) => {
        requests.push(request.url);
        return respond(request);
      },
    },
    git: { lsRemote: async () => ({ defaultBranch: "main", branches: [], tags: [] }) },
    probe: async (): Promise<Probe> => {
      const now = new Date();
      const steps = { address: ok, dns: ok, tls: ok, reachable: ok };
      return { ...steps, certificate: null, serverDate: now, seenAt: now, millis: 5 };
    },
  });
  return { requests };
}

/** For tests: several simulated hosts, told apart by the host name of the request. */
export function reachHosts(hosts: Record<string, Simulated>): { requests: string[] } {
  return reachInMemory(async (request) => {
    const host = hosts[new URL(request.url).host];
    return host ? host.respond(request) : new Response("no such host", { status: 502 });
  });
}
