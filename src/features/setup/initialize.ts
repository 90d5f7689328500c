import { annotate } from "@/access/audit-context";
import type { Origin } from "@/access/caller";
import { newOrganizationSlug } from "@/access/organization-slug";
import { hashPassword } from "@/access/password";
import { permissions } from "@/access/policy";
import { countAttempt, resetAttempts } from "@/access/rate-limit";
import { mintKey } from "@/access/resolve";
import { splitName } from "@/access/signed-in";
import { type Db, transaction } from "@/db/client";
import { verifyKeys } from "@/db/key-check";
import type { InitializeSetup, InitializeSetupResult } from "@/features/setup/contract";
import { setupStatus } from "@/features/setup/status";
import { isSetupToken } from "@/features/setup/token";
import { Fault } from "@/lib/fault";

/**
 * Make the owner and the first organization. Works once in the life of an instance.
 * @throws Fault `conflict` when it is done, `forbidden` for a wrong token, `rate_limited` after many
 */
export async function initialize(origin: Origin, input: InitializeSetup): Promise<InitializeSetupResult> {
  if ((await setupStatus()).initialized) throw done();
  await countAttempt("setup", origin.address);
  if (!isSetupToken(input.setupToken)) throw new Fault("forbidden", { code: "setup_token_wrong" });
  const passwordHash = await hashPassword(input.password);
  await verifyKeys(); // creates the row that is claimed below
  const result = await transaction(async (tx) => {
    await claim(tx);
    return found(tx, input, passwordHash);
  });
  await resetAttempts("setup", origin.address);
  return result;
}

/** The row lock lets parallel calls wait here until the first one has ended. */
async function claim(tx: Db): Promise<void> {
  const { count } = await tx.instance.updateMany({
    where: { id: "instance", initializedAt: null },
    data: { initializedAt: new Date() },
  });
  if (count !== 1) throw done();
}

async function found(tx: Db, input: InitializeSetup, passwordHash: string): Promise<InitializeSetupResult> {
  const { userId } = await tx.user.create({
    data: { email: input.email, passwordHash, instanceAdmin: true, ...splitName(input.name) },
  });
  const { organizationName: name } = input;
  const slug = await newOrganizationSlug(tx, name);
  const { organizationId } = await tx.organization.create({ data: { name, slug } });
  const { memberId } = await tx.member.create({ data: { organizationId, userId, role: "owner" } });
  const target = { type: "organization", id: organizationId, name };
  annotate({ target, actor: { organizationId, userId, name: input.email } });
  const { key, stored } = mintKey();
  await tx.apiKey.create({
    data: { organizationId, memberId, name: "Set-up", permissions: [...permissions], ...stored },
  });
  return { userId, organizationId, apiKey: key };
}

function done(): Fault {
  return new Fault("conflict", { code: "setup_done" });
}
