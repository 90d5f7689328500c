import type { SealContext } from "@/lib/seal";

/**
 * The sealed columns of our own tables. A value opens in its own row only, and only while the columns in `bound` hold
 * what they held when it was sealed. The tables of the provider types are in features/git-provider/record.
 */
export const ownSealedColumns = {
  environment_variable: {
    column: "value",
    id: "environmentVariableId",
    bound: ["organizationId", "environmentId", "name"],
  },
  oauth_flow: {
    column: "codeVerifier",
    id: "stateHash",
    bound: ["organizationId", "gitProviderId", "issuer", "redirectUri"],
  },
  previous_credential: {
    column: "secrets",
    id: "previousCredentialId",
    bound: ["organizationId", "gitProviderId", "authMethod"],
  },
  pending_key: { column: "secrets", id: "pendingKeyId", bound: ["organizationId", "gitProviderId"] },
  notification_recipient: {
    column: "signingSecret",
    id: "notificationRecipientId",
    bound: ["organizationId", "kind", "address"],
  },
  webhook_secret: { column: "secret", id: "webhookSecretId", bound: ["organizationId", "webhookId"] },
  deploy_hook: { column: "secret", id: "deployHookId", bound: ["organizationId", "environmentId"] },
} as const;

type Columns = typeof ownSealedColumns;

/** What `sealContext` needs of a row: its id and the columns that its secret is bound to. */
export type BoundRow<Table extends keyof Columns> = Record<
  Columns[Table]["id"] | Columns[Table]["bound"][number],
  string | null
>;

/** Where the secret of a row is sealed, and for what. */
export function sealContext<Table extends keyof Columns>(table: Table, row: BoundRow<Table>): SealContext {
  const { column, id, bound } = ownSealedColumns[table];
  const values = row as Record<string, string | null>;
  return { table, column, rowId: values[id] ?? "", bound: bound.map((name) => values[name] ?? null) };
}
