/** A process of its own for tests: opens one provider many times at once when told to, and says how each one went. */
import { once } from "node:events";
import { setDatabase } from "@/db/client";
import { isOutage } from "@/db/outage";
import { openForgeForOrganization } from "@/features/git-provider/client/open";
import { parseEnv, setEnv } from "@/lib/env";
import { asFault } from "@/lib/fault";

interface Order {
  settings: Record<string, string>;
  organizationId: string;
  gitProviderId: string;
  callers: number;
}

const [text = "{}"] = process.argv.slice(2);
const { settings, organizationId, gitProviderId, callers }: Order = JSON.parse(text);
setEnv(parseEnv(settings));
setDatabase(settings.DATABASE_URL ?? "", { poolSize: 15 });

/** Who is told that the database is busy asks again, like every client. */
async function patient(): Promise<string> {
  for (let time = 1; ; time++) {
    const outcome = await one();
    if (outcome !== busy || time === 10) return outcome;
  }
}

const busy = "database_busy";

async function one(): Promise<string> {
  try {
    const { forge } = await openForgeForOrganization(organizationId, gitProviderId);
    await forge.repositories?.list({ limit: 1 });
    return "ok";
  } catch (error) {
    return isOutage(error) ? busy : asFault(error).reason.code;
  }
}

console.log("ready");
await once(process.stdin, "data");
const ended = await Promise.all(Array.from({ length: callers }, patient));
console.log(JSON.stringify(ended));
process.exit(0);
