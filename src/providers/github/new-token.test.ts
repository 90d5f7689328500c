import { describe, expect, it } from "vitest";
import { withHooks } from "@/lib/http";
import { retryNewToken } from "@/providers/github/new-token";

const now = () => new Date("2026-01-01T00:00:04Z");

/** A host that refuses a token this many times before it has heard of it. */
function hostAfter(refusals: number) {
  const host = {
    asked: 0,
    send: async () => {
      host.asked += 1;
      return new Response("{}", { status: host.asked > refusals ? 200 : 401 });
    },
  };
  return host;
}

async function answerOf(madeAt: string | undefined, refusals: number, method = "GET") {
  const host = hostAfter(refusals);
  const hook = retryNewToken(madeAt ? Date.parse(madeAt) : undefined, now, [0, 0, 0]);
  const { status } = await withHooks(host, [hook]).send(new Request("https://api.github.com/x", { method }));
  return { status, asked: host.asked };
}

describe("a token that GitHub refuses", () => {
  it("within five seconds of being made is tried again until its servers know it", async () => {
    expect(await answerOf("2026-01-01T00:00:00Z", 2)).toEqual({ status: 200, asked: 3 });
  });

  it("for longer than it takes to spread is refused, after three more tries", async () => {
    expect(await answerOf("2026-01-01T00:00:00Z", 9)).toEqual({ status: 401, asked: 4 });
  });

  it.each([
    ["older", "2025-12-31T23:59:59Z", "GET"],
    ["pasted by a person", undefined, "GET"],
    ["used to change something", "2026-01-01T00:00:00Z", "DELETE"],
  ])("and is %s is not sent twice", async (_, madeAt, method) => {
    expect(await answerOf(madeAt, 1, method)).toEqual({ status: 401, asked: 1 });
  });
});
