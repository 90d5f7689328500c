import { testDatabase } from "@test/kit/database";
import { describe, expect, it } from "vitest";
import { closeDatabase, db, pool, transaction } from "@/db/client";
import { foreignViolation, rowMissing, uniqueViolation } from "@/db/violation";

testDatabase();

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe("the database client", () => {
  it("stores timestamps exactly, whatever the time zone of the server", async () => {
    await pool()
      .query("ALTER DATABASE current SET timezone = 'Asia/Tokyo'")
      .catch(() => undefined);
    const windowEndsAt = new Date("2026-03-29T01:30:00.123Z");
    await db().throttle.create({ data: { subject: "zone", windowEndsAt } });
    expect(await db().throttle.findUnique({ where: { subject: "zone" } })).toMatchObject({ windowEndsAt });
    const { rows } = await pool().query("SHOW timezone");
    expect(rows).toEqual([{ TimeZone: "UTC" }]);
  });

  it("rolls back a transaction that throws", async () => {
    const work = transaction(async (tx) => {
      await tx.organization.create({ data: { name: "half" } });
      throw new Error("stop");
    });
    await expect(work).rejects.toThrow("stop");
    expect(await db().organization.count({ where: { name: "half" } })).toBe(0);
  });

  it("retries a transaction that PostgreSQL ended because of a deadlock", async () => {
    const ids = ["left", "right"];
    await db().organization.createMany({ data: ids.map((name) => ({ organizationId: name, name })) });
    let waiting = 0;
    let meet: () => void = () => undefined;
    const met = new Promise<void>((resolve) => (meet = resolve));
    const cross = (first: string, second: string) =>
      transaction(async (tx) => {
        await tx.organization.update({ where: { organizationId: first }, data: { name: first } });
        if (++waiting === 2) meet();
        await met;
        await tx.organization.update({ where: { organizationId: second }, data: { name: "crossed" } });
      });
    await Promise.all([cross("left", "right"), cross("right", "left")]);
    expect(waiting).toBeGreaterThan(2); // PostgreSQL may end either transaction to resolve the deadlock
    await db().organization.deleteMany({ where: { organizationId: { in: ids } } });
  });

  it("connects again after it was closed", async () => {
    await closeDatabase();
    expect(await db().organization.count()).toBe(0);
  });

  it("tells which constraint refused a row", async () => {
    const { organizationId } = await db().organization.create({ data: { name: "one" } });
    const row = { organizationId, name: "main", providerType: "git", authMethod: "public", health: {} };
    await db().gitProvider.create({ data: row });
    expect(uniqueViolation(await failure(db().gitProvider.create({ data: row })))).toBe(
      "git_provider_organizationId_name_key",
    );
    const orphan = db().gitProvider.create({ data: { ...row, organizationId: "none" } });
    expect(foreignViolation(await failure(orphan))).toBe("git_provider_organizationId_fkey");
    expect(rowMissing(await failure(db().organization.delete({ where: { organizationId: "none" } })))).toBe(
      true,
    );
    expect(uniqueViolation(new Error("other"))).toBeNull();
  });

  it("allows one default provider in each organization", async () => {
    const { organizationId } = await db().organization.create({ data: { name: "two" } });
    const row = { organizationId, providerType: "git", authMethod: "public", health: {}, isDefault: true };
    await db().gitProvider.create({ data: { ...row, name: "a" } });
    const second = await failure(db().gitProvider.create({ data: { ...row, name: "b" } }));
    expect(uniqueViolation(second)).toBe("git_provider_one_default");
  });

  it("refuses an account whose address is not in lower case", async () => {
    const work = db().user.create({ data: { email: "Ada@example.com", passwordHash: "x" } });
    await expect(work).rejects.toThrow();
  });
});
