import type { healthStates } from "@/features/git-provider/contract";
import type { Reason } from "@/lib/reason";

/** What is stored of the last test. Reasons are stored as code and parameters, and become text when they are sent. */
export interface StoredHealth {
  state: (typeof healthStates)[number];
  reason?: Reason;
  /** ISO instants. */
  checkedAt: string | null;
  expiresAt?: string;
  /** The host says that credentials of this kind do not end. */
  neverExpires?: boolean;
  /** The host takes no calls before. */
  limitedUntil?: string;
  /** Since when this secret is in use; absent: since the provider was made. */
  since?: string;
  /** Background checks in a row that found it broken. */
  failures?: number;
  /** The renewal whose token was refused last: what `rejectionCount` counts. */
  refusedRenewal?: number;
  /** When a background check claimed it. */
  claimedAt?: string;
  account?: { name: string; url?: string } | null;
}

/** One provider as it is read: without secrets, with what the caller may do with it. */
export interface ProviderRow {
  gitProviderId: string;
  organizationId: string;
  userId: string | null;
  name: string;
  description: string;
  providerType: string;
  authMethod: string;
  status: "active" | "inactive";
  isDefault: boolean;
  visibility: "everyone" | "members" | "application";
  applicationId: string | null;
  health: unknown;
  /** `YYYY-MM-DD` */
  tokenExpiresOn: string | null;
  credentialVersion: number;
  renewalVersion: number;
  /** Refused credentials in a row. */
  rejectionCount: number;
  /** The rate limits last reported by the host, by the host's name of each. */
  rateLimit: unknown;
  /** The person who connected it is no longer a member. */
  connectorLeft: boolean;
  /** Deliveries of a webhook whose signature is wrong, and since which none arrived with a right one. */
  wrongDeliveries: { repository: string; count: number; lastAt: string } | null;
  /** This and the next two: ISO instants. */
  lastUsedAt: string | null;
  createdAt: string;
  updatedAt: string;
  access: "use" | "manage";
  applicationCount: number;
  /** The row of the type's table: its id, its settings, and `has<Secret>` for each secret. */
  fields: Record<string, string | number | boolean | null>;
}
