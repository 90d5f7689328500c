import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import net, { type AddressInfo } from "node:net";
import { client, closeAll } from "@test/kit/http-host";
import { afterEach, describe, expect, test } from "vitest";
import { Fault } from "@/lib/fault";
import { makeCertificate } from "@/lib/outbound/make-certificate";
import { proxyFor, readProxies } from "@/lib/outbound/proxy";

const running: { close(): unknown }[] = [];
afterEach(async () => {
  await closeAll();
  for (const each of running.splice(0)) each.close();
});

async function listen(server: Server | net.Server): Promise<number> {
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const authority = makeCertificate({ name: "Test Authority", authority: true });

/** A host with a name that only the proxy can resolve. */
async function hiddenHost(): Promise<number> {
  const { key, cert } = makeCertificate({ name: "git.behind.example", by: authority });
  return listen(
    createTlsServer({ key, cert }, (request, response) => response.end(`hello ${request.headers.host}`)),
  );
}

/** A proxy that connects every name to a port of this machine, or answers with a status. */
async function startProxy(to: number, refuse?: number) {
  const asked: string[] = [];
  const server = createServer().on("connect", (request, socket, head) => {
    asked.push(`${request.url} ${request.headers["proxy-authorization"] ?? ""}`.trim());
    if (refuse) return socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
    const onward = net.connect(to, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const each of [onward, socket]) each.on("error", () => each.destroy());
  });
  return { port: await listen(server), asked };
}

const unknown = async () => Promise.reject(Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" }));
const through = (address: string, noProxy: string | null = null) =>
  readProxies({ httpsProxy: address, httpProxy: address, noProxy });
const ca = [authority.cert];
const url = "https://git.behind.example/api";
const withToken = () => new Request(url, { headers: { authorization: "Bearer t" } });
const reasonOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error: unknown) => (error instanceof Fault ? error.reason.code : String(error)),
  );

describe("an outbound request through a proxy", () => {
  test("reaches a host that only the proxy can look up, with its certificate checked", async () => {
    const proxy = await startProxy(await hiddenHost());
    const http = client("", {
      lookup: unknown,
      ca,
      proxies: through(`http://user:p%40ss@127.0.0.1:${proxy.port}`),
    });
    expect(await (await http.send(withToken())).text()).toBe("hello git.behind.example");
    const pair = Buffer.from("user:p@ss").toString("base64");
    expect(proxy.asked).toEqual([`git.behind.example:443 Basic ${pair}`]);
  });

  test("trusts no certificate of an authority that is not in the settings", async () => {
    const proxy = await startProxy(await hiddenHost());
    const http = client("", { lookup: unknown, proxies: through(`http://127.0.0.1:${proxy.port}`) });
    expect(await reasonOf(http.send(withToken()))).toMatch(/^tls_/);
  });

  test.each([
    [407, "proxy_auth"],
    [403, "proxy_refused"],
    [502, "proxy_refused"],
  ])("says so when the proxy answers with %i", async (status, reason) => {
    const proxy = await startProxy(1, status);
    const proxies = through(`http://127.0.0.1:${proxy.port}`);
    expect(await reasonOf(client("", { lookup: unknown, ca, proxies }).send(withToken()))).toBe(reason);
  });

  test("says that the proxy cannot be reached, without its password", async () => {
    const port = await listen(net.createServer());
    running.pop()?.close();
    const proxies = through(`http://user:hidden-word@127.0.0.1:${port}`);
    const fault = await client("", { lookup: unknown, ca, proxies })
      .send(withToken())
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ reason: { code: "proxy_unreachable" } });
    expect(JSON.stringify(fault) + String(fault)).not.toContain("hidden-word");
  });

  test.each([
    ["a name that leads inside", "https://inner.example/", async () => ["10.0.0.5"]],
    ["an address inside", "https://10.0.0.5/", unknown],
    ["cloud metadata", "https://metadata.google.internal/", unknown],
    ["an address of metadata", "http://169.254.169.254/", unknown],
  ])("applies the address policy: %s is refused before the proxy is asked", async (_, address, lookup) => {
    const proxy = await startProxy(1);
    const proxies = through(`http://127.0.0.1:${proxy.port}`);
    expect(await reasonOf(client("", { lookup, proxies }).send(new Request(address)))).toBe(
      "address_private",
    );
    expect(proxy.asked).toEqual([]);
  });

  test("applies the port policy, and sends no secret over plain http", async () => {
    const http = client("", { lookup: unknown, proxies: through("http://127.0.0.1:1") });
    expect(await reasonOf(http.send(new Request("https://git.behind.example:5432/")))).toBe("port_refused");
    const plain = new Request("http://git.behind.example/", { headers: { authorization: "Bearer t" } });
    expect(await reasonOf(http.send(plain))).toBe("insecure_http");
  });
});

describe("the choice of a proxy", () => {
  const proxies = readProxies({
    httpsProxy: "http://secure.example:3128",
    httpProxy: "http://plain.example:3128",
    noProxy: "direct.example, .sub.example,*.star.example, port.example:8443 ,10.0.0.5",
  });
  test.each([
    ["https://git.example.com/", "secure.example:3128"],
    ["http://git.example.com/", "plain.example:3128"],
    ["https://direct.example/", undefined],
    ["https://below.direct.example/", undefined],
    ["https://notdirect.example/", "secure.example:3128"],
    ["https://a.sub.example/", undefined],
    ["https://a.star.example/", undefined],
    ["https://port.example:8443/", undefined],
    ["https://port.example/", "secure.example:3128"],
    ["https://10.0.0.5/", undefined],
    ["https://localhost:3000/", undefined],
    ["https://127.0.0.1/", undefined],
  ])("for %s is %s", (address, expected) => {
    expect(proxyFor(new URL(address), proxies)?.host).toBe(expected);
  });

  test("is a direct connection where no proxy is set", () => {
    expect(readProxies({ httpsProxy: null, httpProxy: null, noProxy: "*" })).toBeNull();
    expect(proxyFor(new URL("https://git.example.com/"), null)).toBeNull();
  });
});
