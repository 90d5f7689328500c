import { describe, expect, it } from "vitest";
import { signatureOf } from "@/features/notification/signature";

describe("the signature of a webhook", () => {
  it.each([
    {
      from: "the test cases of the Standard Webhooks libraries",
      secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      message: { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330, body: '{"test": 2432232314}' },
      signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    {
      from: "the documentation of Standard Webhooks",
      secret: "whsec_plJ3nmyCDGBKInavdOK15jsl",
      message: {
        id: "msg_loFOjxBNrRLzqYUf",
        seconds: 1_731_705_121,
        body: '{"event_type":"ping","data":{"success":true}}',
      },
      signature: "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    },
  ])("is the one in $from", ({ secret, message, signature }) => {
    expect(signatureOf(secret, message)).toBe(signature);
  });
});
