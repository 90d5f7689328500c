import { connect, createServer, type Socket } from "node:net";
import { Client } from "pg";

export interface DatabaseProxy {
  /** The address of the same database, through here. */
  url: string;
  /** End all connections and take no new ones. */
  cut(): void;
  /** Take connections, and say nothing any more. */
  freeze(): void;
  /** Pass on what is asked, and cut the connection instead of the answer. */
  loseAnswers(): void;
  /** Let everything through again. */
  restore(): void;
  close(): void;
}

type Mode = "open" | "cut" | "frozen" | "deaf";

/** For tests: a wire to PostgreSQL that can be cut. */
export async function databaseProxy(address: string): Promise<DatabaseProxy> {
  const { host, port } = new Client(address);
  const target = host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  const sockets = new Set<Socket>();
  let mode: Mode = "open";
  const server = createServer((client) => {
    if (mode === "cut") return client.destroy();
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    client.on("data", (bytes) => {
      if (mode !== "frozen") upstream.write(bytes);
    });
    upstream.on("data", (bytes) => {
      if (mode === "open") client.write(bytes);
      else if (mode === "deaf") client.destroy();
    });
    client.on("close", () => upstream.end());
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const own = server.address();
  if (typeof own !== "object" || !own) throw new Error("the proxy has no port");
  const url = new URL(address.replace(/^(\w+:\/\/[^@/]*@)(\/|$)/, "$1127.0.0.1/"));
  url.host = `127.0.0.1:${own.port}`;
  url.searchParams.delete("host");
  url.searchParams.delete("port");
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut() {
      mode = "cut";
      drop();
    },
    freeze() {
      mode = "frozen";
    },
    loseAnswers() {
      mode = "deaf";
    },
    restore() {
      if (mode === "frozen") drop();
      mode = "open";
    },
    close() {
      drop();
      server.close();
    },
  };
}
