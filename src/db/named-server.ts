import { onServer } from "@/db/create-database";
import { isOutage } from "@/db/outage";
import { Fault } from "@/lib/fault";
import { retry } from "@/lib/retry";

const oldest = 140_000;

/**
 * Make sure that the server named in the settings lets us in and is new enough. One that is only starting, as when a
 * whole group of containers starts at once, is waited for.
 * @param patienceMs how long to wait
 * @throws Fault `unavailable` with reason `database_unreachable`, `unsupported` with reason `database_too_old`
 */
export async function reachServer(connectionString: string, patienceMs = 10_000): Promise<void> {
  const version = await ask(connectionString, Date.now() + patienceMs);
  if (version >= oldest) return;
  throw new Fault("unsupported", {
    code: "database_too_old",
    params: { version: Math.floor(version / 10_000) },
  });
}

function ask(connectionString: string, until: number): Promise<number> {
  const version = () =>
    onServer(connectionString, async (client) => {
      const { rows } = await client.query("SELECT current_setting('server_version_num')::int AS version");
      return Number(rows[0]?.version);
    });
  return retry(version, (error) => (isOutage(error) && Date.now() <= until ? 250 : null)).catch(
    (error: unknown) => {
      throw unreachable(error);
    },
  );
}

const meanings: Record<string, string> = {
  ECONNREFUSED: "nothing listens at its address",
  ENOTFOUND: "its host name is unknown",
  ETIMEDOUT: "it does not answer",
  "28P01": "it refuses the password",
  "28000": "it refuses the user",
  "3D000": "it has no such database",
  "42501": "the user may not do this",
  "42704": "it lacks a setting that PostgreSQL 14 has",
};

/** The message of the error may hold the address with its password; its code does not. */
function unreachable(error: unknown): Fault {
  const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
  const problem = meanings[code] ?? code;
  return new Fault("unavailable", { code: "database_unreachable", params: { problem } }, { cause: error });
}
