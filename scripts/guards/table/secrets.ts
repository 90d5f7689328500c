import type { Guard } from "../guard";

const file = "src/lib/seal.ts";
const text = `JSON.stringify(["v1", key.id, table, column, rowId, ...bound])`;
const proofs = [{ file: "src/lib/seal.test.ts", test: "does not open in another context: %o" }];

/** Secrets at rest, and in what is written down. */
export const secrets: Guard[] = [
  {
    name: "seal binding: table",
    file,
    text,
    proofs,
    without: `JSON.stringify(["v1", key.id, column, rowId, ...bound])`,
  },
  {
    name: "seal binding: row",
    file,
    text,
    proofs,
    without: `JSON.stringify(["v1", key.id, table, column, ...bound])`,
  },
  {
    name: "seal binding: what the secret is for",
    file,
    text,
    proofs,
    without: `JSON.stringify(["v1", key.id, table, column, rowId])`,
  },
  {
    name: "address binding of secrets",
    file: "src/features/git-provider/record/store.ts",
    text: "bound: [organizationId, gitProviderId, ...addresses]",
    without: "bound: [organizationId, gitProviderId]",
    proofs: [
      { file: "src/features/git-provider/record/sealed-for.test.ts", test: "is not sent to another %s" },
    ],
  },
  {
    name: "organization binding of secrets",
    file: "src/features/git-provider/record/store.ts",
    text: "bound: [organizationId, gitProviderId, ...addresses]",
    without: "bound: [gitProviderId, ...addresses]",
    proofs: [
      {
        file: "src/features/git-provider/record/sealed-for.test.ts",
        test: "does not open for another organization",
      },
    ],
  },
  {
    name: "provider binding of secrets",
    file: "src/features/git-provider/record/store.ts",
    text: "bound: [organizationId, gitProviderId, ...addresses]",
    without: "bound: [organizationId, ...addresses.slice(1)]",
    proofs: [
      {
        file: "src/features/git-provider/record/sealed-for.test.ts",
        test: "does not open in the row of another provider",
      },
    ],
  },
  {
    name: "address binding of a credential that can be put back",
    file: "src/features/git-provider/rotation/previous-credential.ts",
    text: "if (JSON.stringify(addresses) !== JSON.stringify(addressesOf(provider))) {",
    without: "if (!addresses) {",
    proofs: [
      {
        file: "src/features/git-provider/record/sealed-for.test.ts",
        test: "cannot be restored to another address than it was used with",
      },
    ],
  },
  {
    name: "one spelling of a sealed value",
    file,
    text: `if (bytes.toString("base64url") !== part) throw broken(at);`,
    without: "",
    proofs: [
      {
        file: "src/lib/seal.test.ts",
        test: "has one spelling: unused bits of base64 that are set are refused",
      },
    ],
  },
  {
    name: "MAC of a backup",
    file: "src/features/backup/restore.ts",
    text: "assertMac(mac, parsed(MacLine, await next(all)).mac);",
    without: "parsed(MacLine, await next(all));",
    proofs: [{ file: "src/features/backup/restore.test.ts", test: "is refused as a whole %s" }],
  },
  {
    name: "seal binding: column",
    file,
    text,
    proofs,
    without: `JSON.stringify(["v1", key.id, table, rowId, ...bound])`,
  },
  {
    name: "key check at start: the keys fit",
    file: "src/server/boot.ts",
    text: "await verifyKeys();",
    without: "",
    proofs: [
      {
        file: "src/server/boot.test.ts",
        test: "stores a proof of its master keys, and is refused with other keys of the same name",
      },
    ],
  },
  {
    name: "key check at start: the keys are strong",
    file: "src/lib/key-ring.ts",
    text: "if (isWeakKey(bytes) || isWeakText(base64))",
    without: "if (bytes.length === 0)",
    proofs: [
      { file: "src/lib/key-ring.test.ts", test: "is refused with %s, in one line without the key" },
      { file: "src/server/boot.test.ts", test: "is refused with %j for a key" },
    ],
  },
  {
    name: "log redaction",
    file: "src/lib/log.ts",
    text: `redact: { paths: secretNames.flatMap(pathsOf), censor: "[redacted]" },`,
    without: "",
    proofs: [{ file: "src/lib/log.test.ts", test: "redacts %s at the top and in nested objects" }],
  },
  {
    name: "log redaction: what git prints",
    file: "src/git/command.ts",
    text: "const line = redact(plainText(raw));",
    without: "const line = plainText(raw);",
    proofs: [
      {
        file: "src/git/hostile-server.test.ts",
        test: "cannot put the credential into the log through the lines that it prints",
      },
    ],
  },
  {
    name: "answers hold declared fields only",
    file: "src/rpc/answer.ts",
    text: "if (picked !== undefined) copy[name] = picked;",
    without: "if (picked !== undefined) Object.assign(copy, value, { [name]: picked });",
    proofs: [
      {
        file: "src/rpc/answer.test.ts",
        test: "contains no field that its schema does not declare, at every depth",
      },
      {
        file: "src/server/root.test.ts",
        test: "answers what its schema declares and nothing else, exactly as zod would",
      },
    ],
  },
];
