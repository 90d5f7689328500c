import type { Server } from "node:http";

/**
 * Keep requests for another protocol with the gate, which refuses them: Node hands them to whoever listens for them,
 * past every other handler, and the framework would listen and leave the socket open. Hot reload needs them; a build
 * never does.
 */
export function refuseUpgrades(server: Server): void {
  server.on("newListener", (event: string, listener: (...args: unknown[]) => void) => {
    if (event === "upgrade") queueMicrotask(() => server.removeListener(event, listener));
  });
}
