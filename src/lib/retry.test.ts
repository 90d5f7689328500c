import { describe, expect, it, vi } from "vitest";
import { Fault } from "@/lib/fault";
import { retry, retryTransient } from "@/lib/retry";

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
    await expect(retryTransient(work)).rejects.toMatchObject({ reason: { code: "disk_full" } });
    expect(work).toHaveBeenCalledTimes(1);
  });

  it("retries a busy host and reports each pause", async () => {
    const told: number[] = [];
    const work = failing(busy(), busy());
    const options = { pausesMs: [1, 2], onRetry: (_: Fault, waitMs: number) => told.push(waitMs) };
    expect(await retryTransient(work, options)).toBe("done");
    expect(told).toEqual([1, 2]);
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
