import { describe, expect, it, vi } from "vitest";
import { retryOnDatabaseOutage } from "@/db/outage";
import { Fault } from "@/lib/fault";

/** Fails with each error in turn, then answers. */
const failing = (...errors: unknown[]) => {
  const work = vi.fn(async () => "done");
  for (const error of errors) work.mockRejectedValueOnce(error);
  return work;
};

describe("retryOnDatabaseOutage", () => {
  it("tries again while the server is away", async () => {
    const away = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    expect(await retryOnDatabaseOutage(failing(away))).toBe("done");
  });

  it.each([
    Object.assign(new Error("Transaction not found"), { code: "P2028" }),
    // As Prisma gives the error of a raw statement.
    Object.assign(new Error("Raw query failed. Code: `55P03`. Message: `lock timeout`"), { code: "P2010" }),
    Object.assign(new Error("Raw query failed. Code: `40P01`. Message: `deadlock`"), { code: "P2010" }),
  ])("tries again after waiting too long for others: %s", async (error) => {
    expect(await retryOnDatabaseOutage(failing(error))).toBe("done");
  });

  it.each([
    new TypeError("x is undefined"),
    new Fault("conflict", { code: "lease_lost" }),
    Object.assign(new Error("no file"), { code: "ENOENT", syscall: "open", path: "/x" }),
    Object.assign(new Error("unique"), { code: "P2002" }),
  ])("throws errors of another cause at once: %s", async (error) => {
    const work = failing(error);
    await expect(retryOnDatabaseOutage(work)).rejects.toBe(error);
    expect(work).toHaveBeenCalledTimes(1);
  });
});
