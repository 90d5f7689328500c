/** `npm run bench`: each figure beside a floor or a peer of the same run. Needs a build; prints and keeps a table. */
import { mkdirSync, writeFileSync } from "node:fs";
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
import { megabytes, residentMb } from "./memory";
import { repositoryLists } from "./repository-lists";

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
    const figures = [
      ...(await repositoryLists(stage)),
      ...(await deployments(stage)),
      ...(await getAll(stage)),
      megabytes("memory idle, without the database", idle, "≤ 250 MB"),
      megabytes("memory after the load, without the database", residentMb(app.child.pid)),
    ];
    return figures;
  } finally {
    await app.stop();
    await hosts.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));
const figures = [...(await coldStart()), ...(await measure())];
const [cpu] = os.cpus();
const head = `Node ${process.version}, ${os.cpus().length} × ${cpu?.model.trim() ?? "unknown"}, ${new Date().toISOString()}`;
const text = `${head}\n\n${table(figures)}\n`;
console.log(`\n${text}`);
mkdirSync(path.join(root, "bench/results"), { recursive: true });
writeFileSync(path.join(root, "bench/results/latest.md"), text);
process.exit(0);
