import { TRPCClientError } from "@trpc/client";
import { describe, expect, it } from "vitest";
import { currentConnection, noteAnswer, noteFailure } from "@/client/connection";

function refusal(fault?: string): TRPCClientError<never> {
  const error = new TRPCClientError<never>("refused");
  return Object.assign(error, { data: fault && { fault } });
}

describe("what a failed call tells about the connection", () => {
  it("no answer at all is being offline, until a call is answered", () => {
    noteFailure(refusal());
    expect(currentConnection()).toBe("offline");
    noteAnswer();
    expect(currentConnection()).toBe("fine");
  });

  it("an ended session is told apart, and lasts while other calls are refused", () => {
    noteFailure(refusal("unauthenticated"));
    noteFailure(refusal("invalid_input"));
    expect(currentConnection()).toBe("signedOut");
    noteAnswer();
    expect(currentConnection()).toBe("fine");
  });

  it("a refusal is an answer: the connection is there again", () => {
    noteFailure(refusal());
    noteFailure(refusal("conflict"));
    expect(currentConnection()).toBe("fine");
  });
});
