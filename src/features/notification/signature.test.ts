import { describe, expect, it } from "vitest";
import { signatureOf } from "@/features/notification/signature";

describe("the signature of a webhook", () => {
  it("is the one in the test cases of the Standard Webhooks libraries", () => {
    const message = {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      seconds: 1_614_265_330,
      body: '{"test": 2432232314}',
    };
    expect(signatureOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", message)).toBe(
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    );
  });
});
