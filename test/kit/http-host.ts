/** Real servers on loopback for the tests of the client, closed again after each test. */
import { createServer, type RequestListener, type Server } from "node:http";
import type net from "node:net";
import type { AddressInfo } from "node:net";
import { asFault, type Fault } from "@/lib/fault";
import type { Http, HttpLimits } from "@/lib/http";
import { type Outbound, type OutboundOptions, outbound } from "@/lib/outbound";
import { parseAllowList } from "@/lib/outbound/allow-list";

const opened: (() => void | Promise<void>)[] = [];

export async function closeAll(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

/** Listen on 127.0.0.1 and answer the port. */
export async function listen(server: Server | net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push(() => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export function serve(listener: RequestListener): Promise<number> {
  return listen(createServer(listener));
}

export function client(allow: string, extra: Partial<OutboundOptions> = {}): Outbound {
  const made = outbound({ allow: parseAllowList(allow), backoffMs: 1, ...extra });
  opened.push(() => made.close());
  return made;
}

/** The fault a request ends with. @throws Error when it is answered instead */
export async function faultOf(http: Http, request: Request, limits?: HttpLimits): Promise<Fault> {
  try {
    await http.send(request, limits);
  } catch (error) {
    return asFault(error);
  }
  throw new Error("it was answered");
}
