import { describe, expect, test } from "vitest";
import { parseAllowList } from "@/lib/outbound/allow-list";
import { decide } from "@/lib/outbound/policy";
import { messageOf } from "@/lib/reason";

function outcome(url: string, addresses: string[], allow = ""): string {
  const decision = decide(new URL(url), addresses, parseAllowList(allow));
  if (!decision.ok) return decision.reason.code;
  return decision.listed ? "listed" : "public";
}

describe("the outbound policy", () => {
  test.each<[string, string[], string, string]>([
    ["https://git.example.com/", ["140.82.121.3"], "", "public"],
    ["http://git.example.com/", ["140.82.121.3"], "", "public"],
    ["https://git.example.com:8443/", ["140.82.121.3"], "", "public"],
    ["https://git.example.com/", ["140.82.121.3", "10.0.0.1"], "", "address_private"],
    ["https://git.example.com/", ["2606:4700::1", "::1"], "", "address_private"],
    ["https://git.example.com/", [], "", "dns_failed"],
    ["https://git.example.com/", ["not an address"], "", "address_private"],
    ["ftp://git.example.com/", ["140.82.121.3"], "", "address_invalid"],
    ["https://u:p@git.example.com/", ["140.82.121.3"], "", "address_invalid"],
    ["https://git.example.com:22/", ["140.82.121.3"], "", "port_refused"],
    ["https://git.example.com:25/", ["140.82.121.3"], "", "port_refused"],
    ["https://git.example.com:2375/", ["140.82.121.3"], "", "port_refused"],
    ["https://git.example.com:5432/", ["140.82.121.3"], "", "port_refused"],
    ["https://git.example.com:6379/", ["140.82.121.3"], "", "port_refused"],
    ["http://gitea.internal:3000/", ["10.0.0.5"], "gitea.internal:3000", "listed"],
    ["http://GITEA.internal.:3000/", ["10.0.0.5"], "gitea.internal:3000", "listed"],
    ["http://gitea.internal:3001/", ["10.0.0.5"], "gitea.internal:3000", "address_private"],
    ["http://gitea.internal:2375/", ["10.0.0.5"], "gitea.internal:3000", "address_private"],
    ["http://gitea.internal:2375/", ["10.0.0.5"], "gitea.internal", "address_private"],
    ["http://gitea.internal:22/", ["10.0.0.5"], "gitea.internal", "port_refused"],
    ["http://gitea.internal/", ["10.0.0.5"], "gitea.internal", "listed"],
    ["http://gitea.internal:222/", ["10.0.0.5"], "gitea.internal:222", "listed"],
    ["http://10.0.0.5:3000/", ["10.0.0.5"], "gitea.internal:3000", "address_private"],
    ["http://other.internal:3000/", ["10.0.0.5"], "gitea.internal:3000", "address_private"],
    ["http://gitea.internal:3000/", ["169.254.169.254"], "gitea.internal:3000", "address_private"],
    [
      "http://gitea.internal:3000/",
      ["10.0.0.5", "169.254.169.254"],
      "gitea.internal:3000,10.0.0.0/8",
      "address_private",
    ],
    ["http://x.internal/", ["10.1.2.3"], "10.1.0.0/16", "listed"],
    ["http://x.internal/", ["10.2.2.3"], "10.1.0.0/16", "address_private"],
    ["http://x.internal:8080/", ["10.1.2.3"], "10.1.0.0/16:8080", "listed"],
    ["http://x.internal/", ["10.1.2.3"], "10.1.0.0/16:8080", "address_private"],
    ["http://x.internal/", ["10.1.2.3", "140.82.121.3"], "10.1.0.0/16", "public"],
    ["http://[fd00::5]:3000/", ["fd00::5"], "[fd00::/8]:3000", "listed"],
    ["http://[fd00:ec2::254]/", ["fd00:ec2::254"], "fd00::/8", "address_private"],
    ["http://100.100.100.200/", ["100.100.100.200"], "100.64.0.0/10", "address_private"],
    ["http://x/", ["::ffff:169.254.169.254"], "x", "address_private"],
    ["http://gitea.internal:3000/", ["127.0.0.1"], "gitea.internal:3000", "address_private"],
    ["http://gitea.internal:3000/", ["::1"], "gitea.internal:3000", "address_private"],
    ["http://gitea.internal:3000/", ["::ffff:127.0.0.1"], "gitea.internal:3000", "address_private"],
    ["http://gitea.internal:3000/", ["10.0.0.5", "127.0.0.1"], "gitea.internal:3000", "address_private"],
    ["http://gitea.internal:3000/", ["127.0.0.1"], "gitea.internal:3000,127.0.0.1:3000", "listed"],
    ["http://localhost:3000/", ["127.0.0.1"], "localhost:3000", "listed"],
    ["http://git.localhost:3000/", ["::1"], "git.localhost:3000", "listed"],
    ["http://localhost.example.com/", ["127.0.0.1"], "localhost.example.com", "address_private"],
  ])("decides for %s at %j with the allow-list %j: %s", (url, addresses, allow, expected) => {
    expect(outcome(url, addresses, allow)).toBe(expected);
  });

  test("says how an administrator allows a private host, whatever listens there", () => {
    const decision = decide(new URL("http://gitea.internal:3000/"), ["10.0.0.5"], []);
    expect(decision.ok ? "" : messageOf(decision.reason)).toMatch(
      /SLIPWAY_OUTBOUND_ALLOW.*gitea\.internal:3000/,
    );
    expect(JSON.stringify(decision)).not.toContain("10.0.0.5");
  });

  test("says that an allowed name resolves to this machine, and which entry would allow that", () => {
    const allow = parseAllowList("gitea.internal:3000");
    const decision = decide(new URL("http://gitea.internal:3000/"), ["127.0.0.1"], allow);
    expect(decision.ok ? "" : messageOf(decision.reason)).toContain("127.0.0.1:3000");
  });

  test("names no setting for addresses that can never be allowed", () => {
    for (const [url, address] of [
      ["http://169.254.169.254/", "169.254.169.254"],
      ["http://[fe80::1]/", "fe80::1"],
      ["http://gitea.internal:5432/", "10.0.0.5"],
    ] as const) {
      const decision = decide(new URL(url), [address], []);
      expect(decision.ok ? "" : messageOf(decision.reason)).toMatch(/never calls/);
      expect(decision.ok ? "" : messageOf(decision.reason)).not.toContain("SLIPWAY_OUTBOUND_ALLOW");
    }
  });
});

describe("the outbound allow-list", () => {
  test.each([
    ["169.254.169.254", "never"],
    ["169.254.169.254:80", "never"],
    ["169.254.0.0/16", "never"],
    ["[fe80::1]:80", "never"],
    ["fd00:ec2::254", "never"],
    ["::ffff:169.254.169.254", "never"],
    ["metadata.google.internal", "never"],
    ["100.100.100.200/32", "never"],
    ["0.0.0.0/0", "every address"],
    ["::/0", "every address"],
    ["10.0.0.0/40", "network"],
    ["*.internal", "wildcard"],
    ["host:99999", "port"],
    ["host:x", "port"],
    ["host:", "port"],
    ["host:2375", "database or a daemon"],
    ["http://host", "port"],
    ["ho st", "host name"],
    ["2130706433", "as 127.0.0.1"],
    ["user@host", "host name"],
  ])("refuses %s and says why", (text, why) => {
    expect(() => parseAllowList(`ok.internal, ${text}`)).toThrow(why);
  });

  test("reads hosts, networks and ports, and is empty for an empty setting", () => {
    expect(parseAllowList(undefined)).toEqual([]);
    expect(parseAllowList(" , ")).toEqual([]);
    expect(parseAllowList("Gitea.Internal.:3000,bücher.internal")).toEqual([
      { kind: "host", host: "gitea.internal", port: 3000 },
      { kind: "host", host: "xn--bcher-kva.internal", port: null },
    ]);
    expect(
      parseAllowList(["10.0.0.0/8:443", "[::1]:3000", "fd00::/8"]).map(({ kind, port }) => [kind, port]),
    ).toEqual([
      ["network", 443],
      ["network", 3000],
      ["network", null],
    ]);
  });
});
