/** Small X.509 certificates for tests, so that none is kept in the repository and no command is needed. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import net from "node:net";

export interface CertificateWish {
  name: string;
  /** DNS names and IP addresses it is for; the name unless given. */
  names?: string[];
  from?: Date;
  to?: Date;
  /** Who signs it; itself unless given. */
  by?: Issued;
  authority?: boolean;
}

export interface Issued {
  /** PEM. */
  key: string;
  cert: string;
  name: string;
  privateKey: KeyObject;
}

const ecdsaSha256 = sequence(bytes(0x06, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]));

export function makeCertificate(wish: CertificateWish): Issued {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const body = sequence(
    bytes(0xa0, bytes(0x02, [2])),
    bytes(0x02, [1 + Math.floor(Math.random() * 100)]),
    ecdsaSha256,
    commonName(wish.by?.name ?? wish.name),
    sequence(
      time(wish.from ?? new Date(Date.now() - 86_400_000)),
      time(wish.to ?? new Date(Date.now() + 86_400_000)),
    ),
    commonName(wish.name),
    publicKey.export({ type: "spki", format: "der" }),
    bytes(0xa3, sequence(wish.authority ? authority() : alternativeNames(wish.names ?? [wish.name]))),
  );
  const signature = sign("sha256", body, wish.by?.privateKey ?? privateKey);
  const der = sequence(body, ecdsaSha256, bytes(0x03, Buffer.concat([Buffer.of(0), signature])));
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { key, cert: pem(der), name: wish.name, privateKey };
}

function bytes(tag: number, content: Buffer | number[]): Buffer {
  const body = Buffer.from(content);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

function sequence(...parts: Buffer[]): Buffer {
  return bytes(0x30, Buffer.concat(parts));
}

function commonName(name: string): Buffer {
  const pair = sequence(bytes(0x06, [0x55, 0x04, 0x03]), bytes(0x0c, Buffer.from(name)));
  return sequence(bytes(0x31, pair));
}

function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\D/g, "").slice(0, 14);
  return bytes(0x18, Buffer.from(`${digits}Z`));
}

function authority(): Buffer {
  const yes = bytes(0x01, [255]);
  return sequence(bytes(0x06, [0x55, 0x1d, 0x13]), yes, bytes(0x04, sequence(yes)));
}

function alternativeNames(names: string[]): Buffer {
  const entries = names.map((name) =>
    net.isIPv4(name) ? bytes(0x87, name.split(".").map(Number)) : bytes(0x82, Buffer.from(name)),
  );
  return sequence(bytes(0x06, [0x55, 0x1d, 0x11]), bytes(0x04, sequence(...entries)));
}

function pem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
