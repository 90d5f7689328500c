import { z } from "zod";
import { type Db, db } from "@/db/client";
import { sealContext } from "@/db/sealed-column";
import { storedSecrets } from "@/features/git-provider/client/verify-secret";
import type { PreviousCredential } from "@/features/git-provider/contract";
import { storedHealth } from "@/features/git-provider/health/record-health";
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

/** A decrypted previous credential, and the fields that belong to it. */
export interface OpenedPrevious {
  previousCredentialId: string;
  authMethod: string;
  secrets: z.infer<typeof Secrets>;
  settings: z.infer<typeof Settings>;
  /** `YYYY-MM-DD` */
  tokenExpiresOn: string | null;
}

/**
 * The secrets and settings that a change replaces, as stored before it. Without tokens that Slipway obtains itself:
 * they would have expired by the time of a restore.
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

/** Save the credential that a rotation replaced for 24 hours, sealed. It replaces that of an earlier rotation. */
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

/** The decrypted previous credential; null when there is none or its 24 hours are over. @throws Fault `internal` */
export async function openPrevious(provider: ProviderRow): Promise<OpenedPrevious | null> {
  const { gitProviderId, organizationId } = provider;
  const where = { gitProviderId, organizationId, expiresAt: { gt: new Date() } };
  const row = await db().previousCredential.findFirst({ where });
  if (!row) return null;
  const { previousCredentialId, authMethod, tokenExpiresOn } = row;
  const text = open(row.secrets, sealContext("previous_credential", row));
  const { secrets, settings, addresses } = Kept.parse(JSON.parse(text));
  // Restored only for the addresses it was used with, even if the row was edited meanwhile.
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

/** The previous credential as answers show it. */
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
 * The generated key that a change replaces, to be kept for a restore; null when there is none. A generated key exists
 * nowhere else; typed secrets, such as a token, are kept by a rotation only.
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

/**
 * Whether the previous credential is one that worked and the key to be replaced never did: then the older one is kept.
 */
async function hidesAnother(row: ProviderRow): Promise<boolean> {
  const isUnproven = storedHealth(row).state === "pending" || row.rejectionCount > 0;
  return isUnproven && (await previousCredentialOf(row)) !== null;
}
