import { TRPCClientError } from "@trpc/client";
import { describe, expect, it } from "vitest";
import { currentConnection, noteAnswer, noteFailure } from "@/client/connection";

function refusal(fault?: string): TRPCClientError<never> {
  const error = new TRPCClientError<never>("refused");
  return Object.assign(error, { data: fault && { fault } });
}

describe("the connection state after a call", () => {
  it("is offline after a call without an answer, until a call is answered", () => {
    noteFailure(refusal());
    expect(currentConnection()).toBe("offline");
    noteAnswer();
    expect(currentConnection()).toBe("fine");
  });

  it("is signedOut after an unauthenticated answer, and stays so while other calls are refused", () => {
    noteFailure(refusal("unauthenticated"));
    noteFailure(refusal("invalid_input"));
    expect(currentConnection()).toBe("signedOut");
    noteAnswer();
    expect(currentConnection()).toBe("fine");
  });

  it("is fine again after any refusal by the server", () => {
    noteFailure(refusal());
    noteFailure(refusal("conflict"));
    expect(currentConnection()).toBe("fine");
  });
});
