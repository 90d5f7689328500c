import net, { type AddressInfo } from "node:net";
import { innerHosts } from "@test/kit/private-hosts";
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

describe("no spelling of a private address is connected to", () => {
  const http = outbound({ allow: [], backoffMs: 1 });
  afterAll(() => http.close());

  test.each(innerHosts.flatMap((host) => [`http://${host}/`, `https://${host}/x`]))(
    "%j",
    async (template) => {
      const text = template.replace("P", String(port));
      await expect(http.send(toRequest(text), { deadlineMs: 3_000 })).rejects.toSatisfy(isRefusal);
      expect(connections).toBe(0);
    },
  );

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

describe("a URL that a person typed", () => {
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
    ...innerHosts
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
  ])("%j is refused with a message", (text) => {
    expect(() => readUrl(text)).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        reason: { code: "address_invalid", params: { why: expect.any(String) } },
      }),
    );
  });

  test("is read the same by every parser, or not at all", () => {
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
