import { pool } from "@/db/client";

/** For tests: from now on every change of any table fails with this text. Returns what ends that. */
export async function failingDatabase(words: string): Promise<() => Promise<void>> {
  const { rows } = await pool().query<{ name: string }>(
    `SELECT format('%I', relname) AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace
     AND relkind IN ('r', 'p') AND NOT relispartition AND relname NOT LIKE '\\_prisma%'`,
  );
  const text = words.replaceAll("'", "''").replaceAll("%", "%%");
  await pool().query(`CREATE FUNCTION tell_secret() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '${text}' USING DETAIL = '${text}', HINT = '${text}'; END $$`);
  for (const { name } of rows)
    await pool().query(`CREATE TRIGGER tell_secret BEFORE INSERT OR UPDATE OR DELETE ON ${name}
      FOR EACH ROW EXECUTE FUNCTION tell_secret()`);
  return async () => void (await pool().query("DROP FUNCTION tell_secret CASCADE"));
}
