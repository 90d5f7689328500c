import type { Guard } from "../guard";

const client = "src/lib/outbound.test.ts";

/** Where calls may go, and a credential with them. */
export const network: Guard[] = [
  {
    name: "redirect refusal (client)",
    file: "src/lib/outbound/request.ts",
    text: "if (downgrade || (elsewhere && request.bearsSecret)) {",
    without: "if (request.url.origin === null) {",
    proofs: [
      { file: client, test: "with status %i to another origin are not followed with a credential or a body" },
    ],
  },
  {
    name: "no redirect from https to http",
    file: "src/lib/outbound/request.ts",
    text: `const downgrade = request.url.protocol === "https:" && url.protocol === "http:";`,
    without: "const downgrade = request.url.origin === null;",
    proofs: [
      {
        file: "src/lib/outbound/request.test.ts",
        test: "a redirect from https down to %s is not followed, even without a credential",
      },
    ],
  },
  {
    name: "addresses with a zone",
    file: "src/lib/address.ts",
    text: `!text.includes("%")`,
    without: "text !== null",
    proofs: [
      {
        file: "src/lib/address.test.ts",
        test: "%s, an address with a zone, is no address: it could leave by another interface than was checked",
      },
    ],
  },
  {
    name: "no loopback behind a listed name",
    file: "src/lib/outbound/allow-list.ts",
    text: "&& (!isLoopback(address) || isLocalName(entry.host));",
    without: "&& (address !== null || isLoopback(address) || isLocalName(entry.host));",
    proofs: [
      { file: "src/lib/outbound/policy.test.ts", test: "decides for %s at %j with the allow-list %j: %s" },
    ],
  },
  {
    name: "resolved-address check",
    file: "src/lib/outbound/target.ts",
    text: "if (!decision.ok) throw new Fault(decision.code, decision.reason);",
    without: `if (!decision.ok && isAddress(host)) throw new Fault(decision.code, decision.reason);
  if (!decision.ok) return { host, port: portOf(url), addresses, listed: true };`,
    proofs: [{ file: client, test: "is refused also when only one of its addresses is private" }],
  },
  {
    name: "address table",
    file: "src/lib/outbound/policy.ts",
    text: `if (isDenied(target.address)) return "private";`,
    without: "",
    proofs: [
      { file: "src/lib/outbound/policy.test.ts", test: "decides for %s at %j with the allow-list %j: %s" },
    ],
  },
  {
    name: "pinned address (client)",
    file: "src/lib/outbound/connector.ts",
    text: "net.connect({ host: address, port: target.port })",
    without: "net.connect({ host: target.host, port: target.port })",
    proofs: [{ file: client, test: "is connected to at the checked address, under its own name" }],
  },
  {
    name: "next link gives a number only",
    file: "src/providers/kit/pages.ts",
    text: "return header !== null && /^\\s*\\d{1,10}\\s*$/.test(header) ? Number(header) : undefined;",
    without: "return header !== null ? Number.parseInt(header, 10) : undefined;",
    proofs: [
      {
        file: "src/providers/kit/pages.test.ts",
        test: "that names no page leaves the next page unknown: %s",
      },
    ],
  },
  {
    name: "next link gives no address",
    file: "src/providers/kit/continued.ts",
    text: "z.string().regex(/^[\\w.~+/=-]{1,300}$/),",
    without: "z.string(),",
    proofs: [{ file: "src/providers/kit/continued.test.ts", test: "gives no parameters for %s" }],
  },
  {
    name: "URL-change demands secret",
    file: "src/features/git-provider/input/change.ts",
    text: "if (moved) refuseIssues(unsent(provider, authMethod, left));",
    without: "",
    proofs: [
      {
        file: "src/features/git-provider/update.test.ts",
        test: "asks for the secret again when the address changes, also to an internal one",
      },
    ],
  },
  {
    name: "a changed URL drops other secrets",
    file: "src/features/git-provider/input/change.ts",
    text: "const gone = [...(moved ? left : []), ",
    without: "const gone = [",
    proofs: [
      {
        file: "src/features/git-provider/update.test.ts",
        test: "does not keep secrets for another address that were not entered again",
      },
    ],
  },
  {
    name: "no credential over plain http",
    file: "src/lib/outbound/connector.ts",
    text: `if (options.secret && url.protocol === "http:" && !target.listed) throw insecureHttp(target);`,
    without: "",
    proofs: [{ file: client, test: "to a public host is refused when it carries %s" }],
  },
  {
    name: "a redirect of a change is not followed at GitHub",
    file: "src/providers/github/moved.ts",
    text: ` || request.method !== "GET"`,
    without: "",
    proofs: [{ file: "src/providers/github/moved.test.ts", test: "is never followed for %s" }],
  },
];
