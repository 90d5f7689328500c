/** `npm run db:migrate`: bring the database up to date and say what was done. */
import { migrate } from "@/db/migrate";
import { openDatabase } from "@/db/open-database";
import { env } from "@/lib/env";
import { asFault } from "@/lib/fault";

try {
  const database = await openDatabase(env(), "helper");
  const applied = await migrate(database.connectionString).finally(() => database.stop());
  console.log(applied.length > 0 ? `Applied: ${applied.join(", ")}` : "The database is up to date.");
} catch (error) {
  console.error(asFault(error).message);
  process.exitCode = 1;
}
