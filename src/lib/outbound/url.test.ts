import net, { type AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asFault } from "@/lib/fault";
import { outbound } from "@/lib/outbound";
import { readUrl } from "@/lib/outbound/url";

let connections = 0;
let port = 0;
const listener = net.createServer((socket) => {
  connections++;
  socket.destroy();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => listener.listen(0, "::", resolve));
  port = (listener.address() as AddressInfo).port;
});
afterAll(() => {
  listener.close();
});

/** Hosts that mean this machine, a private network or a metadata service. `P` is the port somebody listens on. */
const hosts = [
  "127.0.0.1:P",
  "127.1:P",
  "127.0.1:P",
  "2130706433:P",
  "0x7f000001:P",
  "0x7f.1:P",
  "0x7f.0.0.1:P",
  "0X7F.0X0.0X0.0X1:P",
  "017700000001:P",
  "0177.0.0.1:P",
  "0177.1:P",
  "127.0.0.1.:P",
  "127.0.0.2:P",
  "127.255.255.254:P",
  "①②⑦.⓪.⓪.①:P",
  "１２７.0.0.1:P",
  "127。0。0。1:P",
  "%31%32%37.0.0.1:P",
  "127%2e0.0.1:P",
  "%6cocalhost:P",
  "localhost:P",
  "LOCALHOST:P",
  "localhost.:P",
  "a.localhost:P",
  "ⓛocalhost:P",
  "0:P",
  "0.0.0.0:P",
  "0.0:P",
  "[::]:P",
  "[::1]:P",
  "[0:0:0:0:0:0:0:1]:P",
  "[0000::0001]:P",
  "[::ffff:127.0.0.1]:P",
  "[::ffff:7f00:1]:P",
  "[0:0:0:0:0:ffff:7f00:1]:P",
  "[::127.0.0.1]:P",
  "[::7f00:1]:P",
  "[64:ff9b::7f00:1]:P",
  "[64:ff9b::127.0.0.1]:P",
  "[64:ff9b:1::7f00:1]:P",
  "[2002:7f00:1::]:P",
  "[2002:a9fe:a9fe::]:P",
  "[2001:0:7f00:1::]:P",
  "[fe80::1]:P",
  "[fe80::1%25eth0]:P",
  "[fec0::1]:P",
  "[fc00::1]:P",
  "[fd00:ec2::254]:P",
  "[ff02::1]:P",
  "10.0.0.1:P",
  "167772161:P",
  "172.16.0.1:P",
  "172.31.255.255:P",
  "192.168.0.1:P",
  "0300.0250.0.1:P",
  "100.64.0.1:P",
  "100.100.100.200:P",
  "169.254.169.254:P",
  "169.254.43518:P",
  "2852039166:P",
  "0xa9fea9fe:P",
  "0251.0376.0251.0376:P",
  "168.63.129.16:P",
  "192.0.0.192:P",
  "198.18.0.1:P",
  "224.0.0.1:P",
  "255.255.255.255:P",
  "example.com\\@127.0.0.1:P",
  "example.com@127.0.0.1:P",
  "user:pass@localhost:P",
  "127.0.0.1:P\\@example.com",
  "127.0.0.1:P#@example.com/",
  "localhost\t:P",
  "local\nhost:P",
  "localhost\u00a0:P",
  "local\u00adhost:P",
  "/127.0.0.1:P",
  "\\127.0.0.1:P",
];

describe("no spelling of an inner address is connected to", () => {
  const http = outbound({ allow: [], backoffMs: 1 });
  afterAll(() => http.close());

  test.each(hosts.flatMap((host) => [`http://${host}/`, `https://${host}/x`]))("%j", async (template) => {
    const text = template.replace("P", String(port));
    await expect(http.send(toRequest(text), { deadlineMs: 3_000 })).rejects.toSatisfy(isRefusal);
    expect(connections).toBe(0);
  });

  function toRequest(text: string): Request {
    try {
      return new Request(text);
    } catch {
      // Refused before it is a request; read the text the way a form does instead.
      return new Request(readOr(text));
    }
  }
  function readOr(text: string): URL {
    expect(() => readUrl(text)).toThrow();
    return new URL("http://127.0.0.1:1/");
  }
  function isRefusal(error: unknown): boolean {
    const { code, reason } = asFault(error);
    return code === "address_refused" || code === "invalid_input" || reason.code === "dns_failed";
  }
});

describe("a typed address", () => {
  test.each([
    "https://git.example.com",
    "https://git.example.com:8443/prefix/",
    "http://10.0.0.5:3000",
    "https://[2001:db8::1]/x",
    "https://bücher.example/x",
    "https://h/a%20b/c.git",
    "HTTPS://Git.Example.COM/x",
  ])("%s is read", (text) => {
    expect(readUrl(text)).toBeInstanceOf(URL);
  });

  test.each([
    ...hosts
      .filter((host) => /[\\@%\s]|^\/|0x|^\d+:|①|１|。|^0\d|\u00ad/i.test(host))
      .map((host) => `https://${host.replace("P", "443")}/`),
    "ftp://h/x",
    "file:///etc/passwd",
    "gopher://h/",
    "javascript:alert(1)",
    "https:h",
    "https:/h",
    "https:///h/x",
    "https://",
    "//h/x",
    "h/x",
    "https://u:p@h/",
    "https://u@h/",
    "https://@h/",
    "https://h/a/../b",
    "https://h/..",
    "https://h/%2e%2E/b",
    "https://h/a%0ab",
    "https://h/a%00",
    "https://h/a%5cb",
    "https://h/a\\b",
    "https://h/a b",
    "https://h/\u202ea",
    "https://h:99999/",
    "https://h:x/",
    `https://h/${"a".repeat(2100)}`,
    " https://h/",
    "https://h/\r\nHost: evil",
  ])("%j is refused with words", (text) => {
    expect(() => readUrl(text)).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        reason: { code: "address_invalid", params: { why: expect.any(String) } },
      }),
    );
  });

  test("is read the same by every parser when it is read at all", () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withFragments: true, withQueryParameters: true }),
        fc.string({ maxLength: 5 }),
        (url, noise) => {
          const text = url.slice(0, 12) + noise + url.slice(12);
          let read: URL;
          try {
            read = readUrl(text);
          } catch (error) {
            return asFault(error).code === "invalid_input";
          }
          return read.username === "" && read.hostname !== "" && /^https?:$/.test(read.protocol);
        },
      ),
    );
  });
});
