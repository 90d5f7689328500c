import { testEnv } from "@test/kit/database";
import { beforeAll, describe, expect, it } from "vitest";
import { openSealedError, sealError } from "@/features/git-provider/oauth/sealed-error";
import { setEnv } from "@/lib/env";

beforeAll(() => setEnv(testEnv()));

const reason = { code: "authorization_refused", params: { host: "GitLab" } };

describe("an error sealed into an address", () => {
  it("can be read back unchanged", () => {
    expect(openSealedError(sealError(reason))).toEqual(reason);
  });

  it("is ignored when somebody else wrote it, or after an hour", () => {
    const sealed = sealError(reason);
    for (const text of [JSON.stringify({ reason, at: Date.now() }), `${sealed}x`, "", undefined, [sealed]])
      expect(openSealedError(text)).toBeNull();
    expect(openSealedError(sealed, Date.now() + 61 * 60_000)).toBeNull();
  });
});
