import net, { type AddressInfo } from "node:net";

/** For tests: a listener on this machine that sees every connection which this process or a child begins. */
export interface ConnectWatch {
  port: number;
  /** Number of connections since the last call, to any address, and of processes that were about to open one. */
  taken(): number;
  started(): void;
  stop(): void;
}

/** For tests: listen on every address of this machine, and count the connections that this process opens. */
export async function watchConnects(): Promise<ConnectWatch> {
  let count = 0;
  const server = net.createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "::", resolve));
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function counted(this: net.Socket, ...given: unknown[]) {
    count += 1;
    return Reflect.apply(connect, this, given);
  } as typeof connect;
  return {
    port: (server.address() as AddressInfo).port,
    taken() {
      const seen = count;
      count = 0;
      return seen;
    },
    started: () => void count++,
    stop() {
      net.Socket.prototype.connect = connect;
      server.close();
    },
  };
}
