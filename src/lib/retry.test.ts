import { describe, expect, it, vi } from "vitest";
import { Fault } from "@/lib/fault";
import { retry, retryTransient, transientPause } from "@/lib/retry";

const busy = () => new Fault("unavailable", { code: "host_busy" });
/** Fails with each error in turn, then answers. */
const failing = (...errors: unknown[]) => {
  const work = vi.fn(async () => "done");
  for (const error of errors) work.mockRejectedValueOnce(error);
  return work;
};

describe("retry", () => {
  it.each([
    new TypeError("x is undefined"),
    new ReferenceError("x"),
    new RangeError("x"),
    new SyntaxError("x"),
  ])("throws a programming error at once: %s", async (mistake) => {
    const work = failing(mistake);
    await expect(retry(work, () => 0)).rejects.toBe(mistake);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it("gives the rule the number of failures and stops when the rule gives up", async () => {
    const seen: number[] = [];
    const work = failing(busy(), busy(), busy(), busy());
    const rule = (_: unknown, failures: number) => (seen.push(failures) < 3 ? 0 : null);
    await expect(retry(work, rule)).rejects.toMatchObject({ code: "unavailable" });
    expect(seen).toEqual([1, 2, 3]);
    expect(work).toHaveBeenCalledTimes(3);
  });

  it("ends the pause when the signal aborts", async () => {
    const control = new AbortController();
    const work = failing(busy());
    const done = retry(work, () => 60_000, control.signal);
    setImmediate(() => control.abort());
    await expect(done).rejects.toMatchObject({ name: "AbortError" });
    expect(work).toHaveBeenCalledTimes(1);
  });
});

describe("retryTransient", () => {
  it("gives up at once where the disk of Slipway is full", async () => {
    const work = vi.fn().mockRejectedValue(new Fault("unavailable", { code: "disk_full" }));
    const done = retryTransient(work, { pausesMs: [1] });
    await expect(done).rejects.toMatchObject({ reason: { code: "disk_full" } });
    expect(work).toHaveBeenCalledTimes(1);
  });

  it("retries a busy host and reports each pause", async () => {
    const told: number[] = [];
    const work = failing(busy(), busy());
    const options = { pausesMs: [1, 2], onRetry: (_: Fault, waitMs: number) => told.push(waitMs) };
    expect(await retryTransient(work, options)).toBe("done");
    expect(told).toEqual([1, 2]);
  });

  it("asks a host that is out of reach five times within about a minute", () => {
    const pauses = [1, 2, 3, 4, 5].map((failures) => transientPause(busy(), failures));
    expect(pauses).toEqual([1_000, 4_000, 15_000, 40_000, null]);
  });

  it("waits for as long as a host asks for: at least a second, at most two minutes, and not without end", () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
    const until = (ms: number) =>
      new Fault("rate_limited", { code: "host_limited" }, { retryAt: new Date(1_000_000 + ms) });
    const pauses = [-5, 1_500, 120_000, 120_001].map((ms) => transientPause(until(ms), 1));
    const without = transientPause(new Fault("rate_limited", { code: "host_limited" }), 1);
    const late = transientPause(until(1_500), 5);
    vi.useRealTimers();
    expect(pauses).toEqual([1_000, 1_500, 120_000, null]);
    expect([without, late]).toEqual([null, null]);
  });

  it("gives up after the last pause with the fault of the last try, and reports each pause once", async () => {
    const told: number[] = [];
    const last = busy();
    const work = failing(busy(), busy(), last);
    const options = { pausesMs: [1, 2], onRetry: (_: Fault, waitMs: number) => told.push(waitMs) };
    await expect(retryTransient(work, options)).rejects.toBe(last);
    expect([told, work.mock.calls.length]).toEqual([[1, 2], 3]);
  });

  it.each([
    new Fault("not_found", { code: "not_found", params: { what: "repository" } }),
    new Fault("credential_rejected", { code: "credential_rejected" }),
    new Error("unknown"),
  ])("does not retry a lasting failure: %s", async (error) => {
    const work = failing(error);
    await expect(retryTransient(work, { pausesMs: [1] })).rejects.toBe(error);
    expect(work).toHaveBeenCalledTimes(1);
  });
});
