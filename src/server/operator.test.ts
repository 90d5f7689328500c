import { testDatabase } from "@test/kit/database";
import { testMember, testOrganization } from "@test/kit/member";
import { expect, it } from "vitest";
import { db, pool } from "@/db/client";
import { createResetLink } from "@/features/user/reset-link";
import { Fault } from "@/lib/fault";
import { asOperator } from "@/server/operator";

testDatabase();

const told = (action: string) =>
  db().auditEvent.findMany({ where: { action }, orderBy: { auditEventId: "asc" } });

it("every operator command leaves one audit record, whether it changed data or not", async () => {
  const { email } = await testMember(await testOrganization(), "owner");
  await asOperator("command.user.reset", async () => void (await createResetLink(email)));
  await asOperator("command.backup.to", async () => undefined);
  const due = { result: "ok", actor: "operator", address: "console", organizationId: null };
  expect(await told("command.user.reset")).toMatchObject([due]);
  expect(await told("command.backup.to")).toMatchObject([due]);
});

it("a failed operator command is recorded as failed, and its error is passed on", async () => {
  const work = async () => Promise.reject(new Fault("not_found", { code: "not_found" }));
  await expect(asOperator("command.keys.rotate", work)).rejects.toMatchObject({ code: "not_found" });
  expect(await told("command.keys.rotate")).toMatchObject([{ result: "failed", fault: "not_found" }]);
});

it("an operator command changes nothing when the audit cannot be written", async () => {
  const { email, userId } = await testMember(await testOrganization(), "owner");
  await pool().query(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION full_disk()`);
  const reset = asOperator("command.user.reset", async () => void (await createResetLink(email)));
  await expect(reset).rejects.toThrow();
  await pool().query("DROP TRIGGER full_disk ON audit_event; DROP FUNCTION full_disk()");
  expect(await db().passwordReset.count({ where: { userId } })).toBe(0);
});
