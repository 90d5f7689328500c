import { HOOK_SECRET, HOOK_TIME, signed } from "@test/kit/webhook";
import { describe, expect, it } from "vitest";
import { webhooks } from "@/providers/gitlab/webhook";

const plain = "a-plain-secret-of-an-older-server";

function withToken(token: string) {
  return { raw: Buffer.from("{}"), headers: new Headers({ "x-gitlab-token": token }) };
}

describe("a delivery of GitLab", () => {
  it("with a plain token is accepted while the secret is being replaced by a signing key", () => {
    const secrets = [HOOK_SECRET, plain];
    expect(webhooks.verify(withToken(plain), secrets, HOOK_TIME)?.secretIndex).toBe(1);
    expect(webhooks.verify(signed("gitlab", "{}"), secrets, HOOK_TIME)?.secretIndex).toBe(0);
  });

  it("never has a signing key accepted as its token", () => {
    for (const secrets of [[HOOK_SECRET], [HOOK_SECRET, plain]])
      expect(webhooks.verify(withToken(HOOK_SECRET), secrets, HOOK_TIME)).toBeNull();
  });

  it("with a wrong signature is refused although its token is right", () => {
    const delivery = withToken(plain);
    for (const signature of ["", "v1,AAAA"]) {
      delivery.headers.set("webhook-signature", signature);
      expect(webhooks.verify(delivery, [HOOK_SECRET, plain], HOOK_TIME)).toBeNull();
    }
  });

  it("is given a plain secret by a person, who has only a field for a token", () => {
    const secret = webhooks.byHand?.secretOf(HOOK_SECRET) ?? "";
    expect(secret).not.toMatch(/^whsec_/);
    expect(secret.length).toBeGreaterThan(16);
    expect(webhooks.byHand?.secretOf(secret)).toBe(secret);
    expect(webhooks.verify(withToken(secret), [secret], HOOK_TIME)?.secretIndex).toBe(0);
  });
});
