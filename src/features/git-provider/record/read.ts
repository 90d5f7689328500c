import { setTargetName } from "@/access/audit-context";
import { pool, statementName } from "@/db/client";
import { accessSql, type Viewer } from "@/features/git-provider/record/access";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { hasName, quoted, secretColumns, settingColumns } from "@/features/git-provider/record/store";
import { Fault } from "@/lib/fault";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

/** Every provider the viewer may see, newest first, in one round trip. */
export function readProviders(viewer: Viewer): Promise<ProviderRow[]> {
  return query(`ORDER BY p."createdAt" DESC, p."gitProviderId" DESC`, viewer);
}

/** By the id of the provider. @throws Fault `not_found`, the same for foreign, hidden and made-up ids */
export async function readProvider(viewer: Viewer, gitProviderId: string): Promise<ProviderRow> {
  return one(await query(`AND p."gitProviderId" = $5`, viewer, gitProviderId));
}

/** By the id of the type's own row, such as `giteaId`. @throws Fault `not_found` */
export async function readByTypeId(viewer: Viewer, provider: Provider, id: string): Promise<ProviderRow> {
  const owner = `SELECT t."gitProviderId" FROM "${provider.type}" t WHERE t."${provider.idField}" = $5`;
  return one(await query(`AND p."gitProviderId" = (${owner})`, viewer, id));
}

function one([row]: ProviderRow[]): ProviderRow {
  if (!row) throw new Fault("not_found", { code: "not_found", params: { what: "provider" } });
  const typeId = String(row.fields[`${row.providerType}Id`]);
  setTargetName("gitProvider", [row.gitProviderId, typeId], row.name);
  return row;
}

/**
 * Not through Prisma: the lists of a page and of every API client go this way, and one statement with the fields
 * of all types in one JSON column takes a third of the time.
 */
async function query(tail: string, viewer: Viewer, id?: string): Promise<ProviderRow[]> {
  if (id?.includes("\0")) return [];
  selected ??= selectText();
  const text = `${selected} ${tail}`;
  const { organizationId, memberId, userId, seesAll } = viewer;
  const values = [organizationId, memberId, userId, seesAll, ...(id === undefined ? [] : [id])];
  const answer = await pool().query<ProviderRow>({ name: statementName({ sql: text }), text, values });
  return viewer.changes ? answer.rows : answer.rows.map((row) => ({ ...row, access: "use" as const }));
}

/** Built once per process: the registry does not change. */
let selected: string | undefined;

/**
 * Each part that belongs to one provider is a subquery over an index, evaluated for the rows of one organization: the
 * only plan there is, with statistics or without. Joins of the type tables would let a server that never analyzed them
 * read each of them whole, for every organization of the instance.
 */
function selectText(): string {
  const cases = Object.values(registry)
    .map((provider) => `WHEN '${provider.type}' THEN ${fieldsSql(provider)}`)
    .join("\n    ");
  return `SELECT p."gitProviderId", p."organizationId", p."userId", p."name", p."description", p."providerType",
  p."authMethod", p."status", p."isDefault", p."visibility", p."applicationId", p."health" - 'report' AS "health",
  to_char(p."tokenExpiresOn", 'YYYY-MM-DD') AS "tokenExpiresOn", p."credentialVersion", p."renewalVersion",
  p."rejectionCount", p."rateLimit", ${instantSql("lastUsedAt")}, ${connectorLeftSql} AS "connectorLeft",
  ${wrongDeliveriesSql} AS "wrongDeliveries",
  ${instantSql("createdAt")}, ${instantSql("updatedAt")}, ${accessSql} AS "access",
  (SELECT count(*)::int FROM "application" a
   WHERE a."organizationId" = p."organizationId" AND a."gitProviderId" = p."gitProviderId") AS "applicationCount",
  COALESCE(CASE p."providerType"
    ${cases}
  END, '{}'::json) AS "fields"
  FROM "git_provider" p
  WHERE p."organizationId" = (SELECT $1) AND ${accessSql} IS NOT NULL`;
}

/** As ISO-8601 text: saves parsing it to a Date and formatting it again for the answer. Database sessions use UTC. */
function instantSql(column: string): string {
  return `to_char(p.${quoted(column)}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ${quoted(column)}`;
}

const connectorLeftSql = `(p."userId" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "member" c
   WHERE c."organizationId" = p."organizationId" AND c."userId" = p."userId"))`;

/** A few may be anyone's: only many, of the last day, tell of a secret that differs. The hook of an App counts in each row. */
const wrongDeliveriesSql = `(SELECT json_build_object('repository', w."repositoryFullName", 'count', w."rejectedCount",
    'lastAt', to_char(w."rejectedAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM "webhook" w WHERE w."organizationId" = p."organizationId" AND w."gitProviderId" = p."gitProviderId"
    AND NOT w."isUnwanted" AND w."rejectedCount" >= 5 AND w."rejectedAt" > now() - interval '1 day'
    AND (w."lastDeliveryAt" IS NULL OR w."lastDeliveryAt" < w."rejectedAt")
  ORDER BY w."rejectedAt" DESC LIMIT 1)`;

function fieldsSql(provider: Provider): string {
  const plain = [provider.idField, ...settingColumns(provider)];
  const pairs = [
    ...plain.map((name) => `'${name}', t.${quoted(name)}`),
    ...secretColumns(provider).map((name) => `'${hasName(name)}', t.${quoted(name)} IS NOT NULL`),
  ];
  return `(SELECT json_build_object(${pairs.join(", ")}) FROM ${quoted(provider.type)} t
      WHERE t."gitProviderId" = p."gitProviderId")`;
}
