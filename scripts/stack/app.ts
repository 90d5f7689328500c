import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { databaseSettings } from "./database";

export const root = path.resolve(import.meta.dirname, "../..");

export interface App {
  url: string;
  port: number;
  setupToken: string;
  child: ChildProcess;
  /** Milliseconds from the start of the process to the first good answer of /api/ready. */
  readyAfter: number;
  /** Everything the process wrote so far. */
  output(): string;
  /** Ask it to end and wait until it has. */
  stop(): Promise<void>;
  /** SIGKILL to this process alone: its database and its builds keep running, as after a crash. */
  kill(): Promise<void>;
}

export interface AppOptions {
  dataDir: string;
  port?: number;
  /** Added to the environment of the process. */
  env?: Record<string, string>;
  /** Hide what the process prints. */
  quiet?: boolean;
  /** The Node.js to run it with; without it the one that runs this. */
  node?: string;
  /** Options of Node.js itself, such as `--cpu-prof`. */
  nodeOptions?: string[];
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** The test runner may end before the apps do: they are killed with it. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

const setupToken = "set-up-token-of-a-throwaway-instance";

/** The options of Node.js in `npm start`. */
function startOptions(): string[] {
  const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  return scripts.start.split("||", 1)[0].match(/--\S+/g) ?? [];
}

/** Start the built app in a process of its own and wait until it is ready. */
export async function startApp(options: AppOptions): Promise<App> {
  const port = options.port ?? (await freePort());
  const database = await databaseSettings(options.dataDir);
  const startedAt = performance.now();
  const { node = process.execPath, nodeOptions = [] } = options;
  const child = spawn(node, [...startOptions(), ...nodeOptions, path.join(root, "scripts/run.mjs"), "main"], {
    cwd: root,
    env: {
      ...inherited(),
      PORT: String(port),
      MALLOC_ARENA_MAX: "2",
      SLIPWAY_DATA_DIR: options.dataDir,
      SLIPWAY_SETUP_TOKEN: setupToken,
      ...database,
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (!options.quiet) process.stdout.write(chunk);
    });
  }
  const app: App = {
    url: `http://localhost:${port}`,
    port,
    setupToken,
    child,
    readyAfter: 0,
    output: () => output,
    stop: () => end(child, "SIGTERM"),
    kill: () => end(child, "SIGKILL"),
  };
  await waitUntilReady(app, startedAt);
  return app;
}

/** The environment without variables that change how the app behaves. */
export function inherited(): NodeJS.ProcessEnv {
  const drop =
    /^(SLIPWAY_|NEXTAUTH_|NODE_ENV|NODE_OPTIONS|VITEST|HOST$|SMTP_URL|DOCKER_HOST|DATABASE_URL|TEST_DATABASE_URL)/;
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !drop.test(name)),
  ) as NodeJS.ProcessEnv;
}

/** Wait for its own start message too: on a taken port another instance would answer. */
async function waitUntilReady(app: App, startedAt: number): Promise<void> {
  for (let tries = 0; tries < 2_400; tries++) {
    if (app.child.exitCode !== null) throw new Error(ending(app));
    const ok = app.readyAfter > 0 || (await isReady(app));
    if (ok) app.readyAfter ||= performance.now() - startedAt;
    if (ok && app.output().includes("Slipway is ready")) return;
    await sleep(25);
  }
  throw new Error(`the app was not ready within 60 s:\n${app.output()}`);
}

function isReady({ port }: App): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/api/ready`).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** The last lines of its output are the reason. */
function ending({ child, output }: App): string {
  const said = output().trim().split("\n").at(-1) ?? "";
  return `${said}\nthe app ended with ${child.exitCode}; all it wrote:\n${output()}`;
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill(signal);
  });
}
