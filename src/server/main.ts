/**
 * The web process: one port for the app, its API and the published sites.
 * `--dev` serves the sources with hot reload; otherwise the build in `.next` is served.
 */
import { createServer, type Server } from "node:http";
import { crossesNetworkInClear } from "@/access/session-cookie";
import { startReceiving } from "@/features/delivery/receive/start";
import { watchPresence } from "@/features/delivery/recover/watch-presence";
import { setupStatus } from "@/features/setup/status";
import { firstStart } from "@/features/setup/token";
import { env, setMode } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { log } from "@/lib/log";
import { boot } from "@/server/boot";
import { withDocsPage } from "@/server/docs-page";
import { failToStart } from "@/server/fail";
import { gate, type Handler, refuseUpgrades, starting } from "@/server/gate";
import { routes } from "@/server/routes";
import { assertNotStopping, onStop, stopOnSignal } from "@/server/stop";
import { startWorker } from "@/server/work";

const dev = process.argv.includes("--dev");

/** Open the port before the rest of the start, so that a port in use is reported at once and nothing needs undoing. */
function listen(server: Server): Promise<void> {
  const { port, host } = env();
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const code = error.code === "EADDRINUSE" ? "port_in_use" : "port_closed";
      reject(new Fault("unavailable", { code, params: { port, host } }, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

/** Next's handler for the pages. It reads the mode when it is loaded, so it is loaded after that is set. */
async function openPages(server: Server): Promise<Handler> {
  const { default: next } = await import("next");
  const { port, host } = env();
  const app = next({ dev, hostname: host, port, httpServer: server });
  await app.prepare();
  onStop(() => app.close());
  const handle = app.getRequestHandler();
  return (request, response) => void handle(request, response);
}

async function main(): Promise<void> {
  const startedAt = performance.now();
  setMode(dev ? "development" : "production");
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 15_000, maxHeaderSize: 32_768 });
  let handler: Handler = starting;
  server.on("request", (request, response) => handler(request, response));
  if (!dev) refuseUpgrades(server);
  await listen(server);
  onStop(() => close(server));
  // Next takes a while to load, and boot mostly waits for the database: side by side they take half the time.
  const loading = openPages(server);
  loading.catch(() => undefined); // reported below by `await`, unless boot fails first
  await boot("web");
  const receiving = await startReceiving();
  onStop(() => receiving.stop());
  const leave = await watchPresence();
  onStop(leave);
  const pages = await loading;
  handler = gate({ routes, pages: dev ? pages : withDocsPage(pages), dev });
  if (env().worker === "inline") {
    const worker = await startWorker();
    onStop(() => worker.stop());
  }
  assertNotStopping();
  await printBanner(performance.now() - startedAt);
}

/** Say where Slipway is, and on the first start how to become its owner. For people, so on standard output. */
async function printBanner(millis: number): Promise<void> {
  const { url } = env();
  const lines = [`Slipway is ready at ${url} (${(millis / 1000).toFixed(1)} s)`];
  const { initialized } = await setupStatus();
  if (!initialized) {
    lines.push(...firstStart(url));
  }
  if (crossesNetworkInClear())
    log.warn({ url }, "session cookies travel in clear: put TLS in front of this address");
  process.stdout.write(`\n${lines.join("\n")}\n\n`);
}

/** Streams of log lines stay open for as long as people watch: they are cut after a short grace. */
function close(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), 1_000);
  return new Promise((resolve) => {
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

const started = main();
stopOnSignal(started);
started.catch(failToStart);
