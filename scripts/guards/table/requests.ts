import type { Guard } from "../guard";

const requests = "src/server/api-requests.test.ts";

/** What a request must look like before anything is done with it. */
export const requestGuards: Guard[] = [
  {
    name: "same-origin check",
    file: "src/rpc/same-origin.ts",
    text: "!hasSessionCookie(headers)) return;\n  if (!isSameOrigin(headers)) throw",
    without: "!hasSessionCookie(headers)) return;\n  if (headers.has(keyHeader)) throw",
    proofs: [
      { file: requests, test: "refuses a mutation with a cookie from origin %s" },
      {
        file: requests,
        test: "refuses a mutation that the browser marks as cross-site, and accepts one of the same origin",
      },
    ],
  },
  {
    name: "multipart refusal",
    file: "src/rpc/http-route.ts",
    text: "    assertType(call, found);\n",
    without: "",
    proofs: [{ file: requests, test: "refuses a body of type" }],
  },
  {
    name: "batch limit",
    file: "src/server/trpc-handler.ts",
    text: "if (calls.length > maxBatch) {",
    without: "if (calls.length < 0) {",
    proofs: [
      { file: "src/server/api-answers.test.ts", test: "takes a batch of ten calls and refuses eleven" },
    ],
  },
  {
    name: "origin of a batch",
    file: "src/server/trpc-handler.ts",
    text: `calls.some(({ procedure }) => procedure?.type === "mutation")`,
    without: `calls.every(({ procedure }) => procedure?.type === "mutation")`,
    proofs: [{ file: "src/server/api-answers.test.ts", test: "in which a query stands before what changes" }],
  },
  {
    name: "sign-in form of another site",
    file: "src/rpc/same-origin.ts",
    text: `!headers.has("origin")) return;\n  if (!isSameOrigin(headers)) throw`,
    without: `!headers.has("origin")) return;\n  if (headers.has(keyHeader)) throw`,
    proofs: [
      {
        file: "src/server/sign-in-handler.test.ts",
        test: "refuses a form of another site, and one without the CSRF token of the page",
      },
    ],
  },
  {
    name: "broken JSON",
    file: "src/rpc/body.ts",
    text: `    return JSON.parse(text || "{}");
  } catch (cause) {
    throw new Fault("invalid_input", { code: "broken_json" }, { cause });`,
    without: `    return JSON.parse(text || "{}");
  } catch {
    return {};`,
    proofs: [
      { file: requests, test: "answers a query with the broken JSON" },
      { file: requests, test: "answers the broken body" },
    ],
  },
  {
    name: "limit of an address",
    file: "src/rpc/http-route.ts",
    text: "if (!isFree) countCallFrom(call.ctx.origin.address);",
    without: "if (isFree) countCallFrom(call.ctx.origin.address);",
    proofs: [
      {
        file: "src/server/limits.test.ts",
        test: "gets 429 for every caller, counting each call of a batch, and other addresses are not affected",
      },
    ],
  },
  {
    name: "limit of pages",
    file: "src/server/gate.ts",
    text: "if (limited) return refuse(request, response, limited);",
    without: "if (limited && response.headersSent) return refuse(request, response, limited);",
    proofs: [
      {
        file: "src/server/gate.test.ts",
        test: "rate-limits pages per address, but not static files of the build",
      },
    ],
  },
  {
    name: "organization of an Idempotency-Key",
    file: "src/rpc/idempotency.ts",
    text: "digest([caller.organizationId, whoOf(caller), call.path, given]",
    without: "digest([whoOf(caller), call.path, given]",
    proofs: [
      {
        file: "test/scenario/idempotency.test.ts",
        test: "is another key in another organization of the same person",
      },
    ],
  },
  {
    name: "database of a newer version",
    file: "src/db/migrate.ts",
    text: "if (newer.length > 0) throw",
    without: "if (newer.length < 0) throw",
    proofs: [{ file: "src/db/migrate.test.ts", test: "refuses a database that a newer version has changed" }],
  },
  {
    name: "body limit",
    file: "src/rpc/body.ts",
    text: "if (size > limit) throw tooLarge(limit);",
    without: "",
    proofs: [{ file: requests, test: "stops reading a body at 1 MiB" }],
  },
  {
    name: "webhooks of another type of host",
    file: "src/features/delivery/receive/recipients.ts",
    text: "if (found?.providerType !== provider.type) return null;",
    without: "if (!found) return null;",
    proofs: [
      {
        file: "src/features/delivery/receive/receive.test.ts",
        test: "a webhook of another type of host is unknown, also with the right secret",
      },
    ],
  },
  {
    name: "the end of a former secret",
    file: "src/features/delivery/receive/recipients.ts",
    text: "if (secret.endsAt && secret.endsAt <= now) return [];",
    without: "",
    proofs: [
      {
        file: "src/features/delivery/receive/receive.test.ts",
        test: "the old and the new one count, and after the window only the new one",
      },
    ],
  },
  {
    name: "calls with a wrong signature",
    file: "src/features/delivery/receive/receive.ts",
    text: "countWrongDelivery(arrived.address);",
    without: "",
    proofs: [
      {
        file: "src/features/delivery/receive/receive.test.ts",
        test: "an address that sends hundreds of wrong ones is told to wait, and right ones from there still pass",
      },
    ],
  },
  {
    name: "proxies that are believed",
    file: "src/server/client-address.ts",
    text: "while (isOneOf(trusted, address)) {",
    without: "while (!isOneOf(trusted, address) || hops.length > 0) {",
    proofs: [
      {
        file: "src/server/client-address.test.ts",
        test: "is never one that the client wrote itself, with or without a proxy",
      },
    ],
  },
];
