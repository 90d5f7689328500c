import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parseEnv, setEnv } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { replaceGenerated } from "@/lib/generated-secret";
import { keyRing, parseKeyRing, sessionSecret } from "@/lib/key-ring";

const base64 = (bytes: Buffer) => bytes.toString("base64");
const good = base64(randomBytes(32));

function refusal(text: string): string {
  try {
    parseKeyRing(text);
  } catch (error) {
    if (error instanceof Fault) return error.message;
  }
  throw new Error("it was accepted");
}

describe("the list of encryption keys in the settings", () => {
  it("keeps its order and accepts both base64 alphabets", () => {
    const bytes = randomBytes(32);
    const ring = parseKeyRing(`new:${base64(bytes)}, old:${randomBytes(32).toString("base64url")}`);
    expect(ring.map((key) => key.id)).toEqual(["new", "old"]);
    expect(ring[0].bytes.equals(bytes)).toBe(true);
  });

  it.each([
    ["nothing", ""],
    ["no id", good],
    ["a short key", `k:${base64(randomBytes(16))}`],
    ["a long key", `k:${base64(randomBytes(33))}`],
    ["text that is not base64", `k:${"*".repeat(44)}`],
    ["only zeros", `k:${base64(Buffer.alloc(32))}`],
    ["one byte repeated", `k:${base64(Buffer.alloc(32, 0x41))}`],
    [
      "half a key twice",
      `k:${base64(Buffer.concat([Buffer.from("f3a9c1d27e5b8064", "utf8"), Buffer.from("f3a9c1d27e5b8064", "utf8")]))}`,
    ],
    ["counted bytes", `k:${base64(Buffer.from(Array.from({ length: 32 }, (_, index) => index)))}`],
    ["a placeholder", `k:${base64(Buffer.from("changeme-changeme-changeme-12345"))}`],
    ["one id twice", `k:${good},k:${base64(randomBytes(32))}`],
    ["a comma at its end", `k:${good},`],
  ])("is refused with %s, in one line without the key", (_what, text) => {
    const message = refusal(text);
    expect(message).toMatch(/^The setting SLIPWAY_ENCRYPTION_KEYS is wrong/);
    expect(message).not.toContain("\n");
    if (text.length > 20) expect(message).not.toContain(text.slice(-20, -4));
  });
});

describe("the generated encryption keys", () => {
  const folders: string[] = [];
  const install = () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-keys-"));
    folders.push(folder);
    setEnv(parseEnv({ SLIPWAY_DATA_DIR: path.join(folder, "data") }));
    return path.join(folder, "data");
  };
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  it("are generated once and kept in files that their owner alone can read", () => {
    const folder = install();
    const first = [base64(keyRing()[0].bytes), sessionSecret()];
    for (const name of ["encryption-keys", "session-secret"])
      expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
    setEnv(parseEnv({ SLIPWAY_DATA_DIR: folder }));
    expect([base64(keyRing()[0].bytes), sessionSecret()]).toEqual(first);
  });

  it("differ in every installation", () => {
    install();
    const first = [base64(keyRing()[0].bytes), sessionSecret()];
    install();
    const second = [base64(keyRing()[0].bytes), sessionSecret()];
    expect(new Set([...first, ...second]).size).toBe(4);
  });

  it("include keys that another process adds, and skip files that are gone or unreadable", () => {
    const folder = install();
    const [first] = keyRing();
    expect(keyRing()[0].bytes).toEqual(first.bytes);
    const text = `k2:${base64(randomBytes(32))},${first.id}:${base64(first.bytes)}`;
    replaceGenerated(folder, "encryption-keys", text);
    expect(keyRing().map(({ id }) => id)).toEqual(["k2", "k1"]);
    const held = keyRing();
    replaceGenerated(folder, "encryption-keys", "k2:no-key");
    expect(keyRing()).toEqual(held);
    rmSync(path.join(folder, "encryption-keys"));
    expect(keyRing()).toEqual(held);
    expect(existsSync(path.join(folder, "encryption-keys"))).toBe(false);
  });
});
