/** A process of its own for tests: the web process without its pages, which take seconds to load. */
import { createServer } from "node:http";
import { startReceiving } from "@/features/delivery/receive/start";
import { env } from "@/lib/env";
import { boot } from "@/server/boot";
import { failToStart } from "@/server/fail";
import { gate } from "@/server/gate";
import { routes } from "@/server/routes";
import { onStop, stopOnSignal } from "@/server/stop";

async function main(): Promise<void> {
  await boot("web");
  const receiving = await startReceiving();
  onStop(() => receiving.stop());
  const pages = (_request: unknown, response: { end(text: string): void }) => response.end("no pages");
  const server = createServer(gate({ routes, pages }));
  await new Promise<void>((resolve) => server.listen(env().port, "127.0.0.1", resolve));
  process.stdout.write("ready\n");
}

const started = main();
stopOnSignal(started);
started.catch(failToStart);
