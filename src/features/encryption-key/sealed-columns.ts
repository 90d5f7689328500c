import { quoted, secretColumns } from "@/features/git-provider/record/store";
import { registry } from "@/providers/registry";

/** One column whose values are sealed, bound to the row by the value of `id`. A test compares with the schema's marks. */
export interface SealedColumn {
  table: string;
  column: string;
  id: string;
}

const own: SealedColumn[] = [
  { table: "environment_variable", column: "value", id: "environmentVariableId" },
  { table: "oauth_flow", column: "codeVerifier", id: "stateHash" },
  { table: "previous_credential", column: "secrets", id: "previousCredentialId" },
  { table: "pending_key", column: "secrets", id: "pendingKeyId" },
  { table: "notification_recipient", column: "signingSecret", id: "notificationRecipientId" },
];

/** Every sealed column there is, those of the provider types from the registry. */
export function sealedColumns(): SealedColumn[] {
  const ofTypes = Object.values(registry).flatMap((provider) =>
    secretColumns(provider).map((column) => ({ table: provider.type, column, id: provider.idField })),
  );
  return [...ofTypes, ...own];
}

/** The names as SQL. */
export function inSql({ table, column, id }: SealedColumn) {
  return { table: tableSql(table), column: quoted(column), id: quoted(id) };
}

/** Tables of our own may have an underscore. */
function tableSql(table: string): string {
  return `"${table.split("_").map(quoted).join("_").replaceAll('"', "")}"`;
}
