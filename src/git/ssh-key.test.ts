import { spawnSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { closeAll, freshFolder } from "@test/kit/git-host";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { fingerprintOf, readHostKeys, tidyHostKeys } from "@/git/known-hosts";
import { agentReply } from "@/git/ssh-agent";
import { generateSshKey, readSshKey } from "@/git/ssh-key";
import { coversSsh, isSshUrl, readSshUrl, writeSshUrl } from "@/git/ssh-url";
import { packed, unpacked } from "@/git/ssh-wire";
import { asFault } from "@/lib/fault";

afterEach(closeAll);

/** A key as the people who use ssh make it. */
async function keygen(kind: string[], passphrase = "") {
  const file = path.join(await freshFolder(), "key");
  const made = spawnSync("ssh-keygen", ["-q", ...kind, "-N", passphrase, "-C", "me@here", "-f", file]);
  expect(made.status).toBe(0);
  const shown = spawnSync("ssh-keygen", ["-l", "-f", `${file}.pub`]).stdout.toString();
  return {
    text: readFileSync(file, "utf8"),
    line: readFileSync(`${file}.pub`, "utf8"),
    fingerprint: shown.split(" ")[1],
  };
}

function reasonOf(text: string): string {
  try {
    readSshKey(text);
  } catch (error) {
    return asFault(error).reason.code;
  }
  return "read";
}

describe("a pasted SSH key", () => {
  test.each([
    [["-t", "ed25519"]],
    [["-t", "rsa", "-b", "2048"]],
    [["-t", "rsa", "-b", "2048", "-m", "PEM"]],
    [["-t", "rsa", "-b", "2048", "-m", "PKCS8"]],
    [["-t", "ecdsa"]],
    [["-t", "ecdsa", "-m", "PEM"]],
  ])("of ssh-keygen %j has the public half and fingerprint that ssh-keygen shows", async (kind) => {
    const { text, line, fingerprint } = await keygen(kind);
    const key = readSshKey(`  ${text.replaceAll("\n", "\r\n")}  `);
    expect(`${key.publicKey} me@here\n`).toBe(line);
    expect(key.fingerprint).toBe(fingerprint);
    expect(readSshKey(key.pem).publicKey).toBe(key.publicKey);
  });

  test.each([
    [["-t", "ed25519"]],
    [["-t", "rsa", "-b", "2048", "-m", "PEM"]],
    [["-t", "ecdsa", "-m", "PKCS8"]],
  ])("of ssh-keygen %j with a passphrase is refused with how to remove that", async (kind) =>
    expect(reasonOf((await keygen(kind, "secret words")).text)).toBe("ssh_key_encrypted"),
  );

  test("that is the public half is reported as such", async () => {
    expect(reasonOf((await keygen(["-t", "ed25519"])).line)).toBe("ssh_key_is_public");
  });

  test.each(["", "hello", "-----BEGIN OPENSSH PRIVATE KEY-----\nxx\n-----END OPENSSH PRIVATE KEY-----"])(
    "%j is no private key",
    (text) => expect(reasonOf(text)).toBe("ssh_key_unreadable"),
  );

  test("of a kind that is too weak is refused", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    expect(reasonOf(privateKey.export({ type: "pkcs8", format: "pem" }).toString())).toBe("ssh_key_kind");
  });

  test("damaged at any place is read or refused, and no error repeats it", async () => {
    const { text } = await keygen(["-t", "ed25519"]);
    const damage = fc.tuple(fc.nat(text.length - 1), fc.string({ maxLength: 4 }), fc.nat(40));
    fc.assert(
      fc.property(damage, ([at, put, cut]) => {
        try {
          readSshKey(text.slice(0, at) + put + text.slice(at + cut));
        } catch (error) {
          const fault = asFault(error);
          expect(fault.code).toBe("invalid_input");
          expect(JSON.stringify(fault.reason) + fault.message).not.toContain(text.slice(100, 130));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("the SSH agent for a deployment", () => {
  const sign = (blob: Buffer, data: Buffer, flags = 0) => {
    const flag = Buffer.alloc(4);
    flag.writeUInt32BE(flags);
    return Buffer.concat([Buffer.from([13]), packed(blob, data), flag]);
  };

  test("signs with its own key and with no other", async () => {
    const [key, other] = [await generateSshKey("ed25519"), await generateSshKey("ed25519")];
    const data = Buffer.from("what ssh signs");
    const reply = agentReply(sign(key.blob, data), key);
    expect(reply[0]).toBe(14);
    const outer = unpacked(reply.subarray(1), 1)?.parts[0] ?? Buffer.alloc(0);
    const [name, signature = Buffer.alloc(0)] = unpacked(outer, 2)?.parts ?? [];
    expect(name?.toString()).toBe("ssh-ed25519");
    expect(verify(null, data, createPublicKey(key.pem), signature)).toBe(true);
    expect([...agentReply(sign(other.blob, data), key)]).toEqual([5]);
  });

  test("refuses any other message and never throws", async () => {
    const key = await generateSshKey("ed25519");
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        const reply = agentReply(Buffer.from(bytes), key);
        expect([5, 12]).toContain(reply[0]);
      }),
    );
  });
});

describe("the lines of known_hosts", () => {
  const key = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
  test("are read with their fingerprints, each key once", () => {
    const keys = readHostKeys(
      `# c\n[h.example]:2222,h.example ssh-ed25519 ${key} me\nh.example ssh-ed25519 ${key}\n`,
    );
    expect(keys.map((one) => one.place)).toEqual(["[h.example]:2222", "h.example"]);
    expect(fingerprintOf({ key })).toBe("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
  });

  test.each([
    `@revoked h.example ssh-ed25519 ${key}`,
    `|1|abc|def ssh-ed25519 ${key}`,
    `h.example ssh-rsa ${key}`,
    `h.example ssh-dss ${key}`,
    "h.example ssh-ed25519 AAAA",
    `* ssh-ed25519 ${key}`,
    "h.example ProxyCommand id",
  ])("%j is refused", (line) => {
    expect(readHostKeys(line)).toEqual([]);
    expect(() => tidyHostKeys(line)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  test("are read or refused for any text, and reading them again changes nothing", () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom("h", " ", "\n", "ssh-ed25519", key, "[h]:22", "*", ","),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        try {
          const text = tidyHostKeys(parts.join(""));
          expect(tidyHostKeys(text)).toBe(text);
        } catch (error) {
          expect(asFault(error).code).toBe("invalid_input");
        }
      }),
    );
  });
});

describe("an SSH address", () => {
  test.each([
    ["git@h.example:acme/site.git", "git@h.example:acme/site.git"],
    ["git@h.example:/srv/site.git", "ssh://git@h.example/srv/site.git"],
    ["ssh://git@H.example:22/acme/site.git/", "ssh://git@h.example/acme/site.git"],
    ["ssh://h.example:2222/acme", "ssh://git@h.example:2222/acme"],
    ["ssh://git@h.example", "ssh://git@h.example"],
    ["git@ssh.dev.azure.com:v3/org/My%20Project/repo", "git@ssh.dev.azure.com:v3/org/My%20Project/repo"],
  ])("%s is written as %s", (text, written) => {
    expect(isSshUrl(text)).toBe(true);
    expect(writeSshUrl(readSshUrl(text))).toBe(written);
    expect(writeSshUrl(readSshUrl(written))).toBe(written);
  });

  test.each([
    "ssh://-oProxyCommand=id/x",
    "ssh://git@-oProxyCommand=id/x",
    "ssh://-lroot@h/x",
    "git@-oProxyCommand=id:x",
    "-oProxyCommand=id@h:x",
    "git@h:-oProxyCommand=id",
    "ssh://git@h/x;id",
    "git@h:$(id)",
    "git@h:`id`",
    "git@h:a'b",
    "git@h:../x",
    "ssh://git@h/%2e%2e/x",
    "ssh://git@h/a//b",
    "git@0x7f.1:x",
    "git@2130706433:x",
    "ssh://git@h%0aProxyCommand=id/x",
    "ssh://git@h\nProxyCommand id/x",
    "ssh://git:pw@h/x",
    "https://h/x",
    "ext::sh -c id",
    "ssh://h/-o",
    "git@h:-oProxyCommand=id",
  ])("%j is refused", (text) => {
    expect(() => readSshUrl(text)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  test("never yields a part that could become an option, a new line or a shell word", () => {
    const piece = fc.constantFrom(
      "ssh://",
      "git@",
      "h",
      ".",
      ":",
      "/",
      "-o",
      "%2e",
      "%20",
      "'",
      "\n",
      " ",
      "a",
      "~",
      "22",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        try {
          const { user, host, path: place } = readSshUrl(pieces.join(""));
          expect(`${user} ${host}`).toMatch(/^[\w.][\w.-]* [a-z0-9][a-z0-9.-]*$/i);
          expect(place).not.toMatch(/^-|[\s'"`$;]|(^|\/)\.\.?(\/|$)/);
        } catch (error) {
          expect(asFault(error).code).toBe("invalid_input");
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["git@h:acme", "git@h:acme/site.git", true],
    ["ssh://git@h", "ssh://git@h/any/where", true],
    ["git@h:acme", "git@h:acme-evil/site.git", false],
    ["git@h:acme", "root@h:acme/site.git", false],
    ["git@h:acme", "ssh://git@h:2222/acme/site.git", false],
    ["git@h:acme", "ssh://git@h/acme/site.git", false],
  ])("%s covers %s: %s", (root, place, covers) => {
    expect(coversSsh(readSshUrl(root), readSshUrl(place))).toBe(covers);
  });
});
