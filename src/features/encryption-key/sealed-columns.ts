import { ownSealedColumns } from "@/db/sealed-column";
import { quoted, secretColumns } from "@/features/git-provider/record/store";
import { registry } from "@/providers/registry";

/** One column whose values are sealed, bound to the row by the value of `id`. A test compares with the schema's marks. */
export interface SealedColumn {
  table: string;
  column: string;
  id: string;
  /** Further columns that a value is bound to, in the order of its seal. */
  bound: readonly string[];
  /** The provider's organization is bound too, before them: the tables of the types do not hold it. */
  ofProvider: boolean;
}

/** Every sealed column there is, those of the provider types from the registry. */
export function sealedColumns(): SealedColumn[] {
  const ofTypes = Object.values(registry).flatMap((provider) =>
    secretColumns(provider).map((column) => ({
      table: provider.type,
      column,
      id: provider.idField,
      bound: ["gitProviderId", ...provider.addressFields],
      ofProvider: true,
    })),
  );
  const own = Object.entries(ownSealedColumns).map(([table, row]) => ({ table, ...row, ofProvider: false }));
  return [...ofTypes, ...own];
}

/** The names as SQL. `bound` is an expression over the row `t`. */
export function inSql({ table, column, id, bound, ofProvider }: SealedColumn) {
  const organization = `(SELECT p."organizationId" FROM "git_provider" p WHERE p."gitProviderId" = t."gitProviderId")`;
  const values = [...(ofProvider ? [organization] : []), ...bound.map((name) => `t.${quoted(name)}::text`)];
  return {
    table: tableSql(table),
    column: quoted(column),
    id: quoted(id),
    bound: `ARRAY[${values.join(", ")}]::text[]`,
  };
}

/** Tables of our own may have an underscore. */
function tableSql(table: string): string {
  return `"${table.split("_").map(quoted).join("_").replaceAll('"', "")}"`;
}
