import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientAddress } from "@/server/client-address";

const proxies = ["10.0.0.0/8", "fd00::/8"];

describe("the address of a client", () => {
  it("is the other end of the connection when no proxy is named", () => {
    expect(clientAddress("203.0.113.9", "198.51.100.1", [])).toBe("203.0.113.9");
    expect(clientAddress("::ffff:203.0.113.9", "", [])).toBe("203.0.113.9");
  });

  it("is the last one before the trusted proxies when proxies are named", () => {
    expect(clientAddress("10.0.0.1", "198.51.100.1", proxies)).toBe("198.51.100.1");
    expect(clientAddress("::ffff:10.0.0.1", "198.51.100.1, 10.9.9.9", proxies)).toBe("198.51.100.1");
    expect(clientAddress("fd00::1", "[2001:db8::5]:4711", proxies)).toBe("2001:db8::5");
    expect(clientAddress("10.0.0.1", "198.51.100.1:5000", proxies)).toBe("198.51.100.1");
  });

  it("is never one that the client wrote itself, with or without a proxy", () => {
    expect(clientAddress("10.0.0.1", "10.0.0.5, 127.0.0.1, 198.51.100.1", proxies)).toBe("198.51.100.1");
    expect(clientAddress("198.51.100.1", "1.2.3.4", proxies)).toBe("198.51.100.1");
    expect(clientAddress("10.0.0.1", "1.2.3.4, unknown", proxies)).toBe("10.0.0.1");
    expect(clientAddress("10.0.0.1", "", proxies)).toBe("10.0.0.1");
    expect(clientAddress("10.0.0.1", "1.2.3.4, 010.0.0.1", proxies)).toBe("10.0.0.1");
  });

  it("is an IP address for any header text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(clientAddress("10.0.0.1", text, proxies)).toMatch(/^[0-9a-f.:]+$/);
      }),
    );
  });
});
