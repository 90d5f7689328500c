import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deliveryIdOf, verifyHmac, verifyStandard, verifyToken } from "@/providers/kit/webhook-signature";
import type { RawDelivery, VerifiedDelivery } from "@/providers/webhook";

function delivery(body: string, headers: Record<string, string> = {}): RawDelivery {
  return { raw: Buffer.from(body), headers: new Headers(headers) };
}

describe("HMAC-SHA256 over the body", () => {
  it.each([
    // GitHub's documentation of how to validate deliveries.
    [
      "It's a Secret to Everybody",
      "Hello, World!",
      "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    ],
    // Bitbucket's documentation of how to secure webhooks.
    [
      "It's a Secret to Everybody",
      "Hello World!",
      "a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9",
    ],
    // RFC 4231, test case 2.
    [
      "Jefe",
      "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
  ])("accepts the published signature of %s and %s", (secret, body, signature) => {
    for (const text of [signature, `sha256=${signature}`, signature.toUpperCase()]) {
      expect(verifyHmac(delivery(body), text, [secret])?.secretIndex).toBe(0);
      expect(verifyHmac(delivery(`${body} `), text, [secret])).toBeNull();
      expect(verifyHmac(delivery(body), text, [`${secret} `])).toBeNull();
    }
  });

  it("never accepts a text that is no signature, and never throws on one", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (text, secrets) => {
        expect(verifyHmac(delivery("body"), text, secrets)).toBeNull();
      }),
    );
  });

  it("does not accept the signature that an empty secret makes", () => {
    const signature = "f9e66e179b6747ae54108f82f8ade8b3c25d76fd30afde6c395822c530196169";
    expect(verifyHmac(delivery(""), signature, [""])).toBeNull();
    expect(verifyHmac(delivery(""), null, ["", "x"])).toBeNull();
  });
});

describe("the signature of Standard Webhooks", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const headers = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  };
  const body = '{"test": 2432232314}';
  const at = new Date(1_614_265_330_000);
  const verify = (changed: Record<string, string> = {}, secrets = [secret], now = at) =>
    verifyStandard(delivery(body, { ...headers, ...changed }), secrets, now);

  it("accepts the example of the specification", () => expect(verify()?.secretIndex).toBe(0));

  it("accepts the example of GitLab's form, with a key of 32 bytes", () => {
    const given = delivery('{"hello":"world"}', {
      "webhook-id": "f5e5f430-f57b-4e6e-9fac-d9128cd7232f",
      "webhook-timestamp": "1700000000",
      "webhook-signature": "v1,lSWHcG9QSaIUmud7qqPFg66WED5qyswYfP9+oFdiROI=",
    });
    const key = "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    expect(verifyStandard(given, ["plain", key], new Date(1_700_000_000_000))?.secretIndex).toBe(1);
  });

  it("accepts one right signature among several, as while a key is being replaced", () => {
    const several = `v1,${"A".repeat(43)}= v2,x ${headers["webhook-signature"]}`;
    expect(verify({ "webhook-signature": several })).not.toBeNull();
  });

  it("accepts five minutes of difference between the clocks and no more", () => {
    for (const seconds of [-300, 300])
      expect(verify({}, [secret], new Date(at.getTime() + seconds * 1000))).not.toBeNull();
    for (const seconds of [-301, 301])
      expect(verify({}, [secret], new Date(at.getTime() + seconds * 1000))).toBeNull();
  });

  it.each([
    ["another id", { "webhook-id": "msg_other" }],
    ["another time", { "webhook-timestamp": "1614265331" }],
    ["a time that is no number", { "webhook-timestamp": "1614265330.0" }],
    ["no signature", { "webhook-signature": "" }],
    ["another version", { "webhook-signature": headers["webhook-signature"].replace("v1", "v2") }],
    ["something behind the signature", { "webhook-signature": `${headers["webhook-signature"]}00` }],
  ])("does not accept %s", (_what, changed) => expect(verify(changed)).toBeNull());

  it("does not take a secret of another form for a key", () => {
    for (const other of ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!"])
      expect(verify({}, [other])).toBeNull();
  });
});

describe("a secret that is sent as it is", () => {
  it("is accepted only whole", () => {
    expect(verifyToken(delivery(""), [null, "abc"], ["old", "abc"])?.secretIndex).toBe(1);
    for (const token of [null, "", "ab", "abcd", "ABC"])
      expect(verifyToken(delivery(""), [token], ["abc", ""])).toBeNull();
  });
});

describe("the id of a delivery", () => {
  const id = (headers: Record<string, string>, body = "x") =>
    deliveryIdOf(delivery(body, headers) as VerifiedDelivery, "x-first", "x-second");

  it("is the first that the host tells", () => {
    expect(id({ "x-second": "b", "x-first": "{a-1}" })).toBe("{a-1}");
    expect(id({ "x-second": "b" })).toBe("b");
  });

  it("has a bounded length and plain characters whatever the host tells", () => {
    expect(id({ "x-first": "a".repeat(5000) })).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(id({ "x-first": "a b" })).not.toBe(id({ "x-first": "a c" }));
  });

  it("is that of the bytes where the host tells none", () => {
    expect(id({}, "x")).toBe(id({}, "x"));
    expect(id({}, "x")).not.toBe(id({}, "y"));
  });
});
