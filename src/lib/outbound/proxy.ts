import net from "node:net";
import tls from "node:tls";
import { hostKey, portOf } from "@/lib/address";
import { Fault } from "@/lib/fault";
import { urlOf } from "@/lib/url-of";

/** The proxies of this process, as the variables `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name them. */
export interface Proxies {
  https: URL | null;
  http: URL | null;
  /** Hosts that are reached directly, each with a port or for all. */
  direct: readonly { host: string; port: number | null }[];
}

/** Read the three variables; null when no proxy is named. */
export function readProxies(given: {
  httpsProxy: string | null;
  httpProxy: string | null;
  noProxy: string | null;
}): Proxies | null {
  const [https, http] = [given.httpsProxy, given.httpProxy].map((text) => (text ? urlOf(text) : null));
  if (!https && !http) return null;
  return {
    https: https ?? null,
    http: http ?? null,
    direct: (given.noProxy ?? "").split(",").flatMap(entry),
  };
}

function entry(text: string): { host: string; port: number | null }[] {
  const [, host = "", port] = /^(.*?)(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  return host === ""
    ? []
    : [{ host: hostKey(host.replace(/^\*?\./, ".")), port: port ? Number(port) : null }];
}

/** The proxy that a URL goes through; null for the direct way. Loopback is always direct. */
export function proxyFor(url: URL, proxies: Proxies | null | undefined): URL | null {
  if (!proxies) return null;
  const host = hostKey(url.hostname);
  if (host === "localhost" || host.endsWith(".localhost") || /^(127\.|::1$)/.test(host)) return null;
  const port = portOf(url);
  const isDirect = proxies.direct.some(
    (one) => (one.port === null || one.port === port) && covers(one.host, host),
  );
  return isDirect ? null : url.protocol === "http:" ? proxies.http : proxies.https;
}

/** As curl and others have it: a name stands for itself and what is below it, `*` for everything. */
function covers(entryHost: string, host: string): boolean {
  if (entryHost === "*") return true;
  const bare = entryHost.replace(/^\./, "");
  return host === bare || host.endsWith(`.${bare}`);
}

const longestAnswer = 16_000;

/**
 * A connection to a host through a proxy (CONNECT). The proxy looks the name up.
 * @throws Fault `unavailable` reason `proxy_unreachable` | `proxy_auth` | `proxy_refused`, or what the signal was ended with
 */
export async function tunnel(
  proxy: URL,
  target: { host: string; port: number },
  signal: AbortSignal,
): Promise<net.Socket> {
  const params = { proxy: proxy.host, host: target.host, port: target.port };
  const socket = await opened(proxy, signal).catch((cause: unknown) => {
    if (signal.aborted) throw signal.reason;
    throw new Fault("unavailable", { code: "proxy_unreachable", params }, { cause });
  });
  const status = await connect(socket, proxy, target, signal);
  if (status >= 200 && status < 300) return socket;
  socket.destroy();
  throw new Fault("unavailable", {
    code: status === 407 ? "proxy_auth" : "proxy_refused",
    params: { ...params, status },
  });
}

function opened(proxy: URL, signal: AbortSignal): Promise<net.Socket> {
  const host = hostKey(proxy.hostname);
  const secure = proxy.protocol === "https:";
  const port = portOf(proxy);
  const servername = net.isIP(host) === 0 ? host : "";
  const socket = secure ? tls.connect({ host, port, servername }) : net.connect({ host, port });
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("error", fail);
    socket.once(secure ? "secureConnect" : "connect", () => {
      signal.removeEventListener("abort", onAbort);
      socket.removeListener("error", fail);
      resolve(socket);
    });
  });
}

/** @returns the status of the proxy's answer; 0 when it gave none */
function connect(
  socket: net.Socket,
  proxy: URL,
  { host, port }: { host: string; port: number },
  signal: AbortSignal,
): Promise<number> {
  const name = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const user = decodeURIComponent(proxy.username);
  const password = decodeURIComponent(proxy.password);
  const pair = Buffer.from(`${user}:${password}`).toString("base64");
  const lines = [
    `CONNECT ${name} HTTP/1.1`,
    `Host: ${name}`,
    ...(user ? [`Proxy-Authorization: Basic ${pair}`] : []),
  ];
  return new Promise((resolve, reject) => {
    let seen = "";
    const end = (settle: () => void) => {
      signal.removeEventListener("abort", onAbort);
      socket.removeAllListeners("data").removeAllListeners("end").removeAllListeners("error");
      settle();
    };
    const onAbort = () =>
      end(() => {
        socket.destroy();
        reject(signal.reason);
      });
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("error", () => end(() => resolve(0)));
    socket.once("end", () => end(() => resolve(0)));
    socket.on("data", (chunk) => {
      seen += chunk.toString("latin1");
      if (!seen.includes("\r\n\r\n") && seen.length < longestAnswer) return;
      end(() => {
        socket.pause();
        resolve(Number(/^HTTP\/1\.[01] (\d{3})/.exec(seen)?.[1] ?? 0));
      });
    });
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  });
}
