/** A process of its own for tests: for each order it opens one provider many times at once, and prints how each one went. */
import { createInterface } from "node:readline";
import { setDatabase } from "@/db/client";
import { isOutage } from "@/db/outage";
import { openForgeForOrganization } from "@/features/git-provider/client/open";
import { parseEnv, setEnv } from "@/lib/env";
import { asFault } from "@/lib/fault";

interface Order {
  organizationId: string;
  gitProviderId: string;
  callers: number;
}

const [text = "{}"] = process.argv.slice(2);
const settings: Record<string, string> = JSON.parse(text);
setEnv(parseEnv(settings));
setDatabase(settings.DATABASE_URL ?? "", { poolSize: 15 });

/** A caller that gets `busy` from the database retries, like every client. */
async function patient(order: Order): Promise<string> {
  for (let time = 1; ; time++) {
    const outcome = await one(order);
    if (outcome !== busy || time === 10) return outcome;
  }
}

const busy = "database_busy";

async function one({ organizationId, gitProviderId }: Order): Promise<string> {
  try {
    const { forge } = await openForgeForOrganization(organizationId, gitProviderId);
    await forge.repositories?.list({ limit: 1 });
    return "ok";
  } catch (error) {
    return isOutage(error) ? busy : asFault(error).reason.code;
  }
}

console.log("ready");
for await (const line of createInterface(process.stdin)) {
  const order: Order = JSON.parse(line);
  console.log(JSON.stringify(await Promise.all(Array.from({ length: order.callers }, () => patient(order)))));
}
process.exit(0);
