import { type Arrived, countUnread, receive } from "@/features/delivery/receive/receive";
import { longestBody, take } from "@/features/delivery/receive/start";
import { Fault } from "@/lib/fault";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";
import { readBytes } from "@/rpc/body";
import type { HttpAnswer, HttpCall } from "@/rpc/http-call";
import { httpRoute, json } from "@/rpc/http-route";
import { bodyMemory } from "@/server/body-memory";

/**
 * Hosts that serve many repositories send hundreds of deliveries a second from one address: they do not count in the
 * limit of calls. Those without a right signature have a limit of their own.
 */
const rules = { name: "webhook", methods: ["POST"], from: "anywhere", calls: 0 } as const;

/** `POST /api/<type>/webhook/<id>`: a host tells of a change in a repository. */
export const webhookRoute = httpRoute({
  path: "/api/:type/webhook/:id",
  rules,
  handle: (call) => answer(call, call.params.id ?? ""),
});

/** `POST /api/github/webhook`: the App is told by a header. */
export const appWebhookRoute = httpRoute({
  path: "/api/:type/webhook",
  rules,
  handle: (call) => answer(call, null),
});

/** Hosts give up after 5 to 30 seconds. */
const readingMs = 10_000;
/** When a host may send a delivery again that there was no room for. */
const retryAfterMs = 30_000;

async function answer(call: HttpCall, id: string | null): Promise<HttpAnswer> {
  const provider = providerOf(call, id);
  const headers = call.fetchHeaders;
  const { address } = call.ctx.origin;
  const memory = bodyMemory(address);
  try {
    const raw = await readBytes(call.request, {
      limit: longestBody,
      withinMs: readingMs,
      reserve(bytes) {
        if (memory.take(bytes)) return;
        countUnread({ provider, id, headers });
        throw noRoom();
      },
    });
    const received = await receive({ provider, id, raw, headers, address }, take);
    if (received.kind === "taken") return json({ deliveryId: received.deliveryId }, 202);
    if (received.kind === "ping") return json({});
    throw received.kind === "unknown" ? new Fault("unauthenticated", { code: "hook_unknown" }) : noRoom();
  } finally {
    memory.free();
  }
}

function noRoom(): Fault {
  return new Fault(
    "rate_limited",
    { code: "hook_no_room" },
    { retryAt: new Date(Date.now() + retryAfterMs) },
  );
}

/** @throws Fault `not_found` for a type of host that has no such address */
function providerOf({ params: { type = "" } }: HttpCall, id: string | null): Arrived["provider"] {
  const provider: Provider | undefined = Object.hasOwn(registry, type) ? registry[type] : undefined;
  if (!provider || !hasWebhooks(provider) || (id === null && !provider.webhooks.recipient))
    throw new Fault("not_found", { code: "not_found", params: { what: "procedure" } });
  return provider;
}

function hasWebhooks(provider: Provider): provider is Arrived["provider"] {
  return provider.webhooks !== undefined;
}
