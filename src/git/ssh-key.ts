import { createPrivateKey, generateKeyPair, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import sshpk from "sshpk";
import { packed, positive } from "@/git/ssh-wire";
import { Fault } from "@/lib/fault";

/** A private key that is ready to sign. The private half stays inside `sign`. */
export interface SshKey {
  /** One line of authorized_keys, without a comment: `ssh-ed25519 AAAA…`. */
  publicKey: string;
  /** The public half as it travels. */
  blob: Buffer;
  /** `SHA256:…` */
  fingerprint: string;
  /** PKCS#8 in PEM: the one form in which keys are stored. */
  pem: string;
  /** The signature as it travels. `flags` are those of the agent protocol: which digest an RSA signature takes. */
  sign(data: Uint8Array, flags: number): Buffer;
}

export type SshKeyKind = "ed25519" | "rsa";

const pair = promisify(generateKeyPair);
const smallestRsa = 2048;
const longest = 20_000;

/** Make a key: ed25519, or RSA of 4,096 bits where a host takes nothing else. */
export async function generateSshKey(kind: SshKeyKind): Promise<SshKey> {
  const { privateKey } =
    kind === "rsa" ? await pair("rsa", { modulusLength: 4096 }) : await pair("ed25519", {});
  return readSshKey(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
}

/**
 * Read a private key that a person pasted: OpenSSH, PKCS#8 or the older PEM forms.
 * @throws Fault `invalid_input` reason `ssh_key_encrypted` | `ssh_key_is_public` | `ssh_key_unreadable` | `ssh_key_kind`
 */
export function readSshKey(text: string): SshKey {
  const trimmed = `${text.trim().replace(/\r\n?/g, "\n")}\n`;
  if (looksPublic(trimmed)) throw refused("ssh_key_is_public");
  if (looksEncrypted(trimmed)) throw refused("ssh_key_encrypted");
  const key = parsed(trimmed);
  if (!["ed25519", "rsa", "ecdsa"].includes(key.type)) throw refused("ssh_key_kind", { kind: key.type });
  if (key.type === "rsa" && key.size < smallestRsa)
    throw refused("ssh_key_kind", { kind: `rsa ${key.size}` });
  return usable(key);
}

function looksPublic(text: string): boolean {
  return /^(ssh-|ecdsa-sha2-|sk-)[\w@.-]+ AAAA|BEGIN (RSA )?PUBLIC KEY|BEGIN SSH2 PUBLIC KEY/.test(text);
}

function looksEncrypted(text: string): boolean {
  return /BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED|^Encryption: (?!none)/m.test(text);
}

function parsed(text: string): sshpk.PrivateKey {
  if (text.length > longest || !text.includes("PRIVATE KEY-----")) throw refused("ssh_key_unreadable");
  try {
    return sshpk.parsePrivateKey(text, "auto");
  } catch (cause) {
    const encrypted = cause instanceof Error && cause.name === "KeyEncryptedError";
    // The parser's message may quote the key, so it is kept as the cause only, which is never shown.
    throw refused(encrypted ? "ssh_key_encrypted" : "ssh_key_unreadable", {}, cause);
  }
}

function usable(key: sshpk.PrivateKey): SshKey {
  const { pem, secret } = forNode(key);
  const blob = Buffer.from(key.toPublic().toBuffer("rfc4253"));
  const name = key.toPublic().toString("ssh").split(" ")[0] ?? "";
  return {
    pem,
    blob,
    publicKey: `${name} ${blob.toString("base64")}`,
    fingerprint: key.fingerprint("sha256").toString(),
    sign: (data, flags) => signature(name, secret, data, flags),
  };
}

function forNode(key: sshpk.PrivateKey): { pem: string; secret: KeyObject } {
  try {
    const secret = key.type === "ed25519" ? ed25519(key) : createPrivateKey(key.toString("pkcs1"));
    return { secret, pem: secret.export({ type: "pkcs8", format: "pem" }).toString() };
  } catch (cause) {
    throw refused("ssh_key_unreadable", {}, cause);
  }
}

/** Converted by hand, since sshpk writes PKCS#8 in the form of an early draft that Node does not read. */
function ed25519(key: sshpk.PrivateKey): KeyObject {
  const bytes = (name: string): Buffer => Reflect.get(key.part, name).data;
  const x = bytes("A").subarray(-32).toString("base64url");
  const d = bytes("k").subarray(0, 32).toString("base64url");
  return createPrivateKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x, d } });
}

const sha512Flag = 4;
const curves: Record<string, string> = { nistp256: "sha256", nistp384: "sha384", nistp521: "sha512" };

function signature(name: string, key: KeyObject, data: Uint8Array, flags: number): Buffer {
  if (name === "ssh-ed25519") return packed(name, sign(null, data, key));
  if (name === "ssh-rsa") {
    const digest = flags & sha512Flag ? "512" : "256";
    return packed(`rsa-sha2-${digest}`, sign(`sha${digest}`, data, key));
  }
  const digest = curves[name.replace("ecdsa-sha2-", "")] ?? "sha256";
  const both = sign(digest, data, { key, dsaEncoding: "ieee-p1363" });
  const half = both.length / 2;
  return packed(name, packed(positive(both.subarray(0, half)), positive(both.subarray(half))));
}

function refused(code: string, params: Record<string, string> = {}, cause?: unknown): Fault {
  return new Fault("invalid_input", { code, params }, { cause });
}
