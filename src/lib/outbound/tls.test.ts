import https from "node:https";
import { client, closeAll, faultOf, listen, serve } from "@test/kit/http-host";
import { afterEach, describe, expect, test } from "vitest";
import type { Outbound } from "@/lib/outbound";
import { parseAllowList } from "@/lib/outbound/allow-list";
import { type CertificateWish, makeCertificate } from "@/lib/outbound/make-certificate";
import { probe } from "@/lib/outbound/probe";

afterEach(closeAll);

const authority = makeCertificate({ name: "Test Authority", authority: true });
const lookup = async () => ["127.0.0.1"];
const yesterday = new Date(Date.now() - 86_400_000);
const tomorrow = new Date(Date.now() + 86_400_000);
const nextYear = new Date(Date.now() + 365 * 86_400_000);

async function secureHost(
  wish: Partial<CertificateWish>,
): Promise<{ url: string; network: Parameters<typeof probe>[2]; http: Outbound; requests: () => number }> {
  const { key, cert } = makeCertificate({ name: "git.internal", by: authority, ...wish });
  let requests = 0;
  const server = https.createServer({ key, cert }, (req, res) => {
    requests++;
    res.end(req.headers.host);
  });
  const port = await listen(server);
  const allow = `git.internal:${port},127.0.0.1:${port}`;
  const network = { allow: parseAllowList(allow), lookup, ca: [authority.cert] };
  return {
    url: `https://git.internal:${port}/`,
    network,
    http: client(allow, network),
    requests: () => requests,
  };
}

describe("TLS", () => {
  test("is spoken with the host's name to the checked address", async () => {
    const host = await secureHost({});
    const response = await host.http.send(new Request(host.url, { headers: { "private-token": "t" } }));
    expect(await response.text()).toBe(new URL(host.url).host);
  });

  test.each<[string, Partial<CertificateWish>, string]>([
    ["self-signed", { by: undefined }, "tls_self_signed"],
    [
      "from an unknown authority",
      { by: makeCertificate({ name: "Other", authority: true }) },
      "tls_self_signed",
    ],
    ["for another name", { names: ["other.internal"] }, "tls_wrong_name"],
    ["expired", { from: new Date(0), to: yesterday }, "tls_expired"],
    ["not valid yet", { from: tomorrow, to: nextYear }, "tls_not_yet_valid"],
  ])("with a certificate that is %s is refused before a request is sent", async (_what, wish, expected) => {
    const host = await secureHost(wish);
    const fault = await faultOf(host.http, new Request(host.url, { headers: { "private-token": "t" } }));
    expect(fault.reason.code).toBe(expected);
    expect(host.requests()).toBe(0);
  });

  test("failures say what the certificate holds", async () => {
    const expired = await secureHost({ from: new Date(0), to: yesterday });
    const fault = await faultOf(expired.http, new Request(expired.url));
    expect(fault.reason.params?.validTo).toBe(`${yesterday.toISOString().slice(0, 19)}.000Z`);
    expect(fault.message).toMatch(/expired on \d+ \w+ 20\d\d\. Renew it/);
    const early = await secureHost({ from: new Date("2998-03-01"), to: new Date("2999-03-01") });
    const notYet = await faultOf(early.http, new Request(early.url));
    expect(notYet.message).toContain("not valid yet: it begins on 1 March 2998. Check the clock");
    const other = await secureHost({ names: ["other.internal"] });
    expect((await faultOf(other.http, new Request(other.url))).message).toContain("other.internal");
  });

  test("to a port that speaks plain http is reported as such", async () => {
    const port = await serve((_req, res) => res.end());
    const fault = await faultOf(client("127.0.0.1"), new Request(`https://127.0.0.1:${port}/`));
    expect(fault.reason.code).toBe("tls_failed");
  });
});

describe("the probe of a host", () => {
  test("takes every step and reports certificate, clock and duration", async () => {
    const host = await secureHost({});
    const found = await probe(host.url, host.http, host.network);
    const ok = { outcome: "ok" };
    expect(found).toMatchObject({ address: ok, dns: ok, tls: ok, reachable: ok });
    expect(found.certificate).toMatchObject({ subject: "git.internal", names: ["git.internal"] });
    expect(Math.abs((found.serverDate?.getTime() ?? 0) - (found.seenAt?.getTime() ?? 0))).toBeLessThan(5_000);
    expect(found.millis).toBeGreaterThanOrEqual(0);
  });

  test("stops at an expired certificate and still reports it", async () => {
    const host = await secureHost({ from: new Date(0), to: yesterday });
    const found = await probe(host.url, host.http, host.network);
    expect(found.tls).toMatchObject({ outcome: "failed", reason: { code: "tls_expired" } });
    expect(found.reachable).toEqual({ outcome: "skipped" });
    expect(found.certificate?.subject).toBe("git.internal");
  });

  test.each([
    ["http://u:p@h/", "address", "address_invalid"],
    ["http://127.0.0.1:9/", "address", "address_private"],
    ["https://nowhere.invalid/", "dns", "dns_failed"],
  ])("of %s fails at the step %s", async (text, step, code) => {
    const none = { allow: [], lookup: async () => [] };
    const found = await probe(text, client("", none), none);
    expect(found).toMatchObject({
      [step]: { outcome: "failed", reason: { code } },
      reachable: { outcome: "skipped" },
    });
  });

  test("counts any HTTP answer as reachable, and a refused connection as not", async () => {
    const port = await serve((_req, res) => res.writeHead(500).end());
    const network = { allow: parseAllowList("127.0.0.1") };
    const found = await probe(`http://127.0.0.1:${port}/`, client("127.0.0.1"), network);
    expect(found).toMatchObject({ reachable: { outcome: "ok" }, tls: { outcome: "skipped" } });
  });
});
