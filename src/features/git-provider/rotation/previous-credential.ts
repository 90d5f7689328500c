import { z } from "zod";
import { type Db, db } from "@/db/client";
import { sealContext } from "@/db/sealed-column";
import { storedSecrets } from "@/features/git-provider/client/verify-secret";
import type { PreviousCredential } from "@/features/git-provider/contract";
import { storedHealth } from "@/features/git-provider/health/health";
import type { Change } from "@/features/git-provider/input/change";
import { fieldOf } from "@/features/git-provider/input/schema";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { hasName } from "@/features/git-provider/record/store";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { open, seal } from "@/lib/seal";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

const keptMs = 24 * 3_600_000;

const Secrets = z.record(z.string(), z.string().nullable());
const Settings = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** What is sealed as one text: the secrets, the settings that go with them, and where they may be sent. */
const Kept = z.object({ secrets: Secrets, settings: Settings, addresses: Settings });

/** A replaced credential in the clear, and what goes with it. */
export interface OpenedPrevious {
  previousCredentialId: string;
  authMethod: string;
  secrets: z.infer<typeof Secrets>;
  settings: z.infer<typeof Settings>;
  /** `YYYY-MM-DD` */
  tokenExpiresOn: string | null;
}

/**
 * What a change takes away: the secrets and settings that it replaces, as they are before it. Not a token that is got
 * anew whenever it is wanted: it would have ended when it is put back.
 */
export function replacedBy(
  change: Change,
  row: ProviderRow,
  stored: Record<string, string | null>,
): Pick<OpenedPrevious, "secrets" | "settings"> {
  const method = registry[row.providerType]?.manifest.methods[row.authMethod];
  const isMinted = (name: string) => method?.renews && name === "accessToken" && !stored.refreshToken;
  const kept = (name: string) => (isMinted(name) ? null : (stored[name] ?? null));
  const secrets = Object.keys(change.secrets).map((name) => [name, kept(name)] as const);
  const differing = Object.keys(change.settings).filter(
    (name) => change.settings[name] !== (row.fields[name] ?? null),
  );
  return {
    secrets: Object.fromEntries(secrets),
    settings: Object.fromEntries(differing.map((name) => [name, row.fields[name] ?? null])),
  };
}

/** Keep what a rotation replaced for 24 hours, sealed, in the place of what an earlier one left. */
export async function savePrevious(
  tx: Db,
  row: ProviderRow,
  { secrets, settings }: Pick<OpenedPrevious, "secrets" | "settings">,
  replacedById: string,
  now = new Date(),
): Promise<void> {
  const { gitProviderId, organizationId, authMethod, tokenExpiresOn } = row;
  const previousCredentialId = newId();
  await tx.previousCredential.deleteMany({ where: { gitProviderId, organizationId } });
  await tx.previousCredential.create({
    data: {
      previousCredentialId,
      organizationId,
      gitProviderId,
      authMethod,
      secrets: seal(
        JSON.stringify({ secrets, settings, addresses: addressesOf(row) }),
        sealContext("previous_credential", {
          previousCredentialId,
          organizationId,
          gitProviderId,
          authMethod,
        }),
      ),
      tokenExpiresOn: tokenExpiresOn ? new Date(tokenExpiresOn) : null,
      replacedById,
      replacedAt: now,
      expiresAt: new Date(now.getTime() + keptMs),
    },
  });
}

/** The credential that can be put back, opened; null when none is kept, or no longer. @throws Fault `internal` */
export async function openPrevious(provider: ProviderRow): Promise<OpenedPrevious | null> {
  const { gitProviderId, organizationId } = provider;
  const where = { gitProviderId, organizationId, expiresAt: { gt: new Date() } };
  const row = await db().previousCredential.findFirst({ where });
  if (!row) return null;
  const { previousCredentialId, authMethod, tokenExpiresOn } = row;
  const text = open(row.secrets, sealContext("previous_credential", row));
  const { secrets, settings, addresses } = Kept.parse(JSON.parse(text));
  // It is put back to the host it was used with and to no other, whatever the row of the provider says now.
  if (JSON.stringify(addresses) !== JSON.stringify(addressesOf(provider))) {
    const params = { table: "previous_credential", column: "secrets" };
    throw new Fault("internal", { code: "seal_broken", params });
  }
  return {
    previousCredentialId,
    authMethod,
    secrets,
    settings,
    tokenExpiresOn: tokenExpiresOn?.toISOString().slice(0, 10) ?? null,
  };
}

function addressesOf({ providerType, fields }: ProviderRow): z.infer<typeof Settings> {
  const names = registry[providerType]?.addressFields ?? [];
  return Object.fromEntries(names.map((name) => [name, fields[name] ?? null]));
}

/** What a page may know of the credential that can be put back. */
export async function previousCredentialOf(row: ProviderRow): Promise<PreviousCredential | null> {
  const { gitProviderId, organizationId } = row;
  const found = await db().previousCredential.findFirst({
    where: { gitProviderId, organizationId, expiresAt: { gt: new Date() } },
    select: { authMethod: true, replacedAt: true, expiresAt: true },
  });
  if (!found) return null;
  const { authMethod, replacedAt, expiresAt } = found;
  return { authMethod, replacedAt: replacedAt.toISOString(), until: expiresAt.toISOString() };
}

/**
 * The key that a change puts another one in the place of, to be kept for a way back; null when there is none. A key
 * that was made here exists nowhere else. What is typed in, such as a token, is kept by a rotation only.
 */
export async function replacedKey(
  provider: Provider,
  row: ProviderRow,
  change: Change,
): Promise<Pick<OpenedPrevious, "secrets" | "settings"> | null> {
  const names = Object.keys(change.secrets).filter((name) => fieldOf(provider, name)?.generates);
  const had = names.some((name) => change.secrets[name] && row.fields[hasName(name)] === true);
  if (!had || change.moved || (await hidesAnother(row))) return null;
  return replacedBy(change, row, await storedSecrets(row));
}

/** A key that never worked does not push out the one before it, which did. */
async function hidesAnother(row: ProviderRow): Promise<boolean> {
  const isUnproven = storedHealth(row).state === "pending" || row.rejectionCount > 0;
  return isUnproven && (await previousCredentialOf(row)) !== null;
}
