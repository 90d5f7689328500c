/**
 * `npm run bench`: figures beside peers of the same run. Needs a build; prints a table. `npm run bench -- --write` puts
 * it into docs/performance.md as well.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os, { tmpdir } from "node:os";
import path from "node:path";
import { addRepositories } from "@/providers/simulator/seed";
import { api, setUp } from "../stack/api";
import { root, startApp } from "../stack/app";
import { startHosts } from "../stack/hosts";
import { coldStart } from "./cold-start";
import { deployments } from "./deployments";
import { type Figure, table } from "./figure";
import { getAll } from "./get-all";
import { megabytes, residentMb, watchResident } from "./memory";
import { repositoryLists } from "./repository-lists";
import { webhooks } from "./webhooks";

/** Milliseconds that the simulated hosts take for each answer. */
const hostMillis = 50;

async function measure(): Promise<Figure[]> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "slipway-bench-"));
  const hosts = await startHosts({
    latencyMs: hostMillis,
    seed: (world, name) => {
      if (name !== "gitea") return;
      world.owners.push({ id: 31, path: "few", members: ["acme-bot"] });
      addRepositories(world, "few", 2_000);
      addRepositories(world, "acme", 20_000);
    },
  });
  const unlimited = { SLIPWAY_RATE_LIMIT: "999999", SLIPWAY_RATE_LIMIT_ADDRESS: "999999" };
  const app = await startApp({
    dataDir,
    quiet: true,
    env: { SLIPWAY_OUTBOUND_ALLOW: hosts.allow, ...unlimited },
  });
  try {
    const owner = await setUp(app, "Bench");
    const stage = { app, hosts, owner, dataDir, hostMillis, call: api(app.url, owner.apiKey) };
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const idle = residentMb(app.child.pid);
    const memory = watchResident(app.child.pid);
    const figures = [
      ...(await repositoryLists(stage)),
      ...(await deployments(stage)),
      ...(await getAll(stage)),
    ];
    return [
      ...figures,
      megabytes("memory idle, without the database", idle, 200),
      megabytes("most memory under load, without the database", memory.stop(), 350),
    ];
  } finally {
    await app.stop();
    await hosts.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Between the two marks of docs/performance.md. */
function write(text: string): void {
  const file = path.join(root, "docs/performance.md");
  const [begin, end] = ["<!-- table -->\n", "<!-- /table -->"];
  const page = readFileSync(file, "utf8");
  const from = page.indexOf(begin) + begin.length;
  const to = page.indexOf(end);
  if (from < begin.length || to < from) throw new Error(`${file} has no marks for the table`);
  writeFileSync(file, `${page.slice(0, from)}\n${text}\n${page.slice(to)}`);
}

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));
if (process.argv.includes("webhooks")) process.exit((await webhooks()) ? 0 : 1);
const figures = [...(await coldStart()), ...(await measure())];
const [cpu] = os.cpus();
const day = new Date().toISOString().slice(0, 10);
const machine = `Node.js ${process.version.slice(1)}, ${os.availableParallelism()} × ${cpu?.model.trim() ?? "unknown"}, ${day}`;
const text = `${machine}\n\n${table(figures)}\n`;
console.log(`\n${text}`);
if (process.argv.includes("--write")) write(text);
process.exit(0);
