import { storedHealth } from "@/features/git-provider/health/record-health";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { registry } from "@/providers/registry";

const day = 86_400_000;

/**
 * When the secret of a provider ends. `never`: the host says so, or there is no secret. `renewed`: it is short-lived
 * and Slipway gets the next one by itself. `unknown`: neither the host nor a person gave an expiry. `on`: the day to
 * show; a day given by a person ends at the beginning of the next one.
 */
export type CredentialEnd = { kind: "at"; at: Date; on: string } | { kind: "never" | "renewed" | "unknown" };

export type EndRow = Pick<ProviderRow, "health" | "tokenExpiresOn" | "providerType" | "authMethod">;

/** An expiry reported by the host is exact and takes precedence over a day given by a person, which is included. */
export function credentialEnd(row: EndRow): CredentialEnd {
  const { expiresAt, neverExpires } = storedHealth(row);
  const method = registry[row.providerType]?.manifest.methods[row.authMethod];
  const told = expiresAt && !method?.renews ? Date.parse(expiresAt) : Number.NaN;
  if (!Number.isNaN(told)) return { kind: "at", at: new Date(told), on: dayOf(told) };
  const { tokenExpiresOn: on } = row;
  if (on) return { kind: "at", at: new Date(Date.parse(on) + day), on: dayOf(Date.parse(on)) };
  if (method?.renews) return { kind: "renewed" };
  const hasSecret = method?.fields.some((field) => field.secret) ?? true;
  return { kind: neverExpires || !hasSecret ? "never" : "unknown" };
}

function dayOf(millis: number): string {
  return new Date(millis).toISOString().slice(0, 10);
}
