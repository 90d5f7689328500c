import { once } from "node:events";
import net from "node:net";
import tls from "node:tls";
import type { buildConnector } from "undici";
import { hostKey } from "@/lib/address";
import { asFault, Fault } from "@/lib/fault";
import { connectFault } from "@/lib/outbound/network-fault";
import { tunnel } from "@/lib/outbound/proxy";
import { type Network, resolveTarget, type Target } from "@/lib/outbound/target";

export interface ConnectorOptions extends Network {
  /** Milliseconds for look-up, TCP and TLS together. */
  timeoutMs: number;
  /** The request carries a secret: plain http is refused unless the host is on the allow-list. */
  secret: boolean;
}

/** A connector for undici that resolves, checks, and connects to exactly an address it has checked. */
export function guardedConnector(options: ConnectorOptions): buildConnector.connector {
  return (wanted, callback) => {
    const url = new URL(`${wanted.protocol}//${wanted.host ?? wanted.hostname}`);
    connectChecked(url, options).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error instanceof Error ? error : new Error("connect failed"), null),
    );
  };
}

async function connectChecked(url: URL, options: ConnectorOptions): Promise<net.Socket> {
  const signal = timeLimit(options.timeoutMs, url.hostname);
  const ended = once(signal, "abort").then(() => Promise.reject(signal.reason));
  const target = await Promise.race([resolveTarget(url, options), ended]);
  if (options.secret && url.protocol === "http:" && !target.listed) throw insecureHttp(target);
  if (target.proxy) return throughProxy(url, target, target.proxy, signal, options);
  return firstOpen(url, target, signal, options);
}

/** What is wrong with the certificate of a host; null when a verified connection stands. Sends nothing. */
export async function tlsFault(url: URL, network: Network): Promise<Fault | null> {
  try {
    (await connectChecked(url, { ...network, timeoutMs: 5_000, secret: true })).destroy();
    return null;
  } catch (error) {
    return asFault(error);
  }
}

/** Like AbortSignal.timeout, but aborts with a fault that names the host. */
function timeLimit(ms: number, hostname: string): AbortSignal {
  const ended = new AbortController();
  setTimeout(() => {
    ended.abort(new Fault("unavailable", { code: "host_timeout", params: { host: hostKey(hostname) } }));
  }, ms).unref();
  return ended.signal;
}

function insecureHttp({ host, port }: Target): Fault {
  return new Fault("address_refused", { code: "insecure_http", params: { host, port } });
}

/** Try the checked addresses in the resolver's order; the last failure is reported. */
async function firstOpen(
  url: URL,
  target: Target,
  signal: AbortSignal,
  options: ConnectorOptions,
): Promise<net.Socket> {
  let last: unknown;
  for (const address of target.addresses) {
    try {
      return await open({ url, target, address, signal: shareOf(signal, target, address), ca: options.ca });
    } catch (error) {
      last = error;
      if (signal.aborted) break;
    }
  }
  throw await connectFault(last, target);
}

async function throughProxy(
  url: URL,
  target: Target,
  proxy: URL,
  signal: AbortSignal,
  { ca }: ConnectorOptions,
): Promise<net.Socket> {
  const socket = await tunnel(proxy, target, signal);
  if (url.protocol === "http:") return socket.setNoDelay(true);
  const secured = tls.connect({ socket, ...tlsOptions(target, ca) });
  return standing(secured, "secureConnect", signal).catch(async (error: unknown) => {
    throw await connectFault(error, target);
  });
}

/** An unreachable address (broken IPv6) must leave time for the ones after it. */
function shareOf(signal: AbortSignal, target: Target, address: string): AbortSignal {
  if (address === target.addresses.at(-1)) return signal;
  return AbortSignal.any([signal, timeLimit(2_500, target.host)]);
}

interface Dial {
  url: URL;
  target: Target;
  address: string;
  signal: AbortSignal;
  ca?: readonly string[];
}

/** Open a socket to one checked address. TLS names and verifies the host, never the address behind it. */
function open({ url, target, address, signal, ca }: Dial): Promise<net.Socket> {
  const secure = url.protocol === "https:";
  const socket = secure ? dialTls(target, address, ca) : net.connect({ host: address, port: target.port });
  return standing(socket, secure ? "secureConnect" : "connect", signal);
}

function standing(
  socket: net.Socket,
  event: "secureConnect" | "connect",
  signal: AbortSignal,
): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("error", fail);
    socket.once(event, () => {
      signal.removeEventListener("abort", onAbort);
      socket.removeListener("error", fail);
      resolve(socket.setNoDelay(true));
    });
  });
}

function dialTls(target: Target, address: string, ca: readonly string[] | undefined): tls.TLSSocket {
  return tls.connect({ host: address, port: target.port, ...tlsOptions(target, ca) });
}

function tlsOptions(target: Target, ca: readonly string[] | undefined): tls.ConnectionOptions {
  const named = net.isIP(target.host) === 0;
  // A list given to TLS replaces the default one, so it is given only when there is something to add.
  const secureContext = ca?.length ? withAuthorities(ca) : undefined;
  return {
    servername: named ? target.host : "",
    ALPNProtocols: ["http/1.1"],
    minVersion: "TLSv1.2",
    rejectUnauthorized: true,
    secureContext,
  };
}

function withAuthorities(ca: readonly string[]): tls.SecureContext {
  const context = tls.createSecureContext({ minVersion: "TLSv1.2" });
  for (const each of ca) context.context.addCACert(each);
  return context;
}
