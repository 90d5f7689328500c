import { Fault } from "@/lib/fault";
import type { OAuthClient } from "@/providers/kit/oauth2";

/**
 * The registered application as it was entered.
 * @throws Fault `credential_rejected` reason `client_missing`
 */
export function clientOf(
  host: string,
  id: string | null | undefined,
  secret: string | null | undefined,
): OAuthClient {
  const client = { id: id?.trim() ?? "", secret: secret?.trim() ?? "" };
  if (client.id && client.secret) return client;
  throw new Fault("credential_rejected", { code: "client_missing", params: { host } });
}

/**
 * The stored refresh token.
 * @throws Fault `credential_rejected` reason `refresh_missing`
 */
export function refreshTokenOf(host: string, refreshToken: string | null | undefined): string {
  const text = refreshToken?.trim() ?? "";
  if (text) return text;
  throw new Fault("credential_rejected", { code: "refresh_missing", params: { host } });
}
