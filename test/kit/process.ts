/** A process of its own for tests: opens the database of a data folder, says so, and leaves it at SIGTERM. */
import { pool } from "@/db/client";
import { openDatabase } from "@/db/open-database";
import { parseEnv, setEnv } from "@/lib/env";
import { asFault } from "@/lib/fault";

const [dataDir = "", part = "web"] = process.argv.slice(2);
const settings = parseEnv({ SLIPWAY_DATA_DIR: dataDir });
setEnv(settings);

try {
  const opened = await openDatabase(settings, part === "web" ? "web" : "helper");
  await pool().query("CREATE TABLE IF NOT EXISTS kept (at TIMESTAMPTZ DEFAULT now())");
  await pool().query("INSERT INTO kept DEFAULT VALUES");
  process.on("SIGTERM", () => opened.stop().then(() => process.exit(0)));
  process.on("SIGHUP", () => process.exit(3)); // exits without closing anything
  console.log("ready");
  setInterval(() => undefined, 1_000);
} catch (error) {
  console.log(asFault(error).message);
  process.exitCode = 1;
}
