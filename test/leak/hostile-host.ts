import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface HostileHost {
  url: string;
  /** Requests with a credential that were answered with all that they brought. */
  echoed: number;
  close(): Promise<void>;
}

/** For tests: a server that speaks neither git nor an API, and repeats in clear whatever it is sent, with changing status. */
export async function startHostileHost(): Promise<HostileHost> {
  const statuses = [401, 403, 404, 500, 200, 302];
  let turn = 0;
  const server = createServer((req, res) => {
    host.echoed += Number(Boolean(req.headers.authorization || req.headers["webhook-signature"]));
    const said = textOf(req).replace(/[^\x20-\x7e]/g, " ");
    const status = statuses[turn++ % statuses.length] ?? 500;
    const headers = { "content-type": "text/plain", "x-echo": said, "www-authenticate": `Basic realm="git"` };
    res.writeHead(
      status,
      status === 302 ? { ...headers, location: `/${encodeURIComponent(said)}` } : headers,
    );
    res.end(`${said}\nfatal: ${said}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const host: HostileHost = { url: `http://127.0.0.1:${port}`, echoed: 0, close };
  return host;
}

function textOf({ url, headers }: IncomingMessage): string {
  const basic = /^basic (.+)$/i.exec(headers.authorization ?? "")?.[1];
  const clear = basic ? Buffer.from(basic, "base64").toString() : "";
  const all = Object.entries(headers).map(([name, value]) => `${name}=${value}`);
  return [url, ...all, clear].join(" ");
}
