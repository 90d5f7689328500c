import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "@/lib/fault";
import { PrivateKeyText, readKey } from "@/providers/github/app/private-key";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pkcs1 = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const pkcs8 = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

function reads(pasted: string): boolean {
  return readKey(PrivateKeyText.parse(pasted)).equals(privateKey);
}

describe("the private key of a GitHub App", () => {
  it.each([
    ["in PKCS#1", pkcs1],
    ["in PKCS#8", pkcs8],
    ["with \\n in the place of line breaks", pkcs1.replaceAll("\n", "\\n")],
    ["with \\r\\n in the place of line breaks", pkcs8.replaceAll("\n", "\\r\\n")],
    ["with line breaks of Windows", pkcs1.replaceAll("\n", "\r\n")],
    ["with blanks in the place of line breaks", pkcs1.replaceAll("\n", " ")],
    ["without any line break", pkcs8.replaceAll("\n", "")],
    ["in base64 as a whole", Buffer.from(pkcs1).toString("base64")],
    ["in quotes, with blanks around", ` "${pkcs1}" \n`],
  ])("is read %s", (_how, pasted) => expect(reads(pasted)).toBe(true));

  it("stays as it is when it is stored and read again", () => {
    const once = PrivateKeyText.parse(pkcs1.replaceAll("\n", "\\n"));
    expect(PrivateKeyText.parse(once)).toBe(once);
  });

  it.each([
    ["a public key", publicKey.export({ type: "spki", format: "pem" }).toString()],
    ["a public key", "ssh-rsa AAAAB3NzaC1yc2E ada@example.com"],
    ["a certificate", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"],
    ["another kind", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----"],
    ["passphrase", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----"],
    ["not a private key", "s3cr3t-and-short"],
  ])("is not confused with %s", (words, pasted) => {
    const message = PrivateKeyText.safeParse(pasted).error?.issues[0]?.message ?? "";
    expect(message).toContain(words);
    expect(message).not.toContain(pasted.slice(0, 12) === "s3cr3t-and-s" ? "s3cr3t" : "MIIB");
  });

  it("that is cut off is refused, and no part of it is shown", () => {
    const cut = PrivateKeyText.parse(pkcs1.slice(0, 400));
    expect(() => readKey(cut)).toThrow(/cannot be read/);
    const twisted = PrivateKeyText.parse(pkcs1.replace("MII", "!!!"));
    expect(() => readKey(twisted)).toThrow(Fault);
  });

  it("of another kind, or too short, is refused", () => {
    const short = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    const other = generateKeyPairSync("ed25519").privateKey;
    for (const key of [short, other])
      expect(() => readKey(key.export({ type: "pkcs8", format: "pem" }).toString())).toThrow(/no RSA key/);
  });

  it("is required", () => {
    expect(() => readKey(null)).toThrow(/missing/);
  });

  it("causes nothing but a fault for any other text", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((body) => `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`),
    );
    fc.assert(
      fc.property(text, (pasted) => {
        const parsed = PrivateKeyText.safeParse(pasted);
        if (!parsed.success) return;
        try {
          readKey(parsed.data);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
    );
  });
});
