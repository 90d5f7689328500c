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
      { file: requests, test: "refuses a changing call with a cookie from origin" },
      { file: requests, test: "refuses a changing call that the browser calls cross-site" },
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
    name: "body limit",
    file: "src/rpc/body.ts",
    text: "if (size > limit) end(() => reject(tooLarge(limit)));\n      else chunks.push(chunk);",
    without: "chunks.push(chunk);",
    proofs: [{ file: requests, test: "stops reading a body at 1 MiB" }],
  },
  {
    name: "proxies that are believed",
    file: "src/server/client-address.ts",
    text: "while (isOneOf(trusted, address)) {",
    without: "while (!isOneOf(trusted, address) || hops.length > 0) {",
    proofs: [{ file: "src/server/client-address.test.ts", test: "is never what a stranger wrote" }],
  },
];
