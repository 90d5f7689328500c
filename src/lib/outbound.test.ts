import net from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { client, closeAll, faultOf, listen, serve } from "@test/kit/http-host";
import { afterEach, describe, expect, test } from "vitest";
import { messageOf } from "@/lib/reason";

afterEach(closeAll);

function at(port: number, path = "/"): string {
  return `http://127.0.0.1:${port}${path}`;
}

function withToken(url: string, init: RequestInit = {}): Request {
  return new Request(url, { ...init, headers: { "private-token": "t" } });
}

describe("an outbound request", () => {
  test("carries method, headers and body, and its answer comes back", async () => {
    const port = await serve(async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk);
      res.setHeader("x-seen", `${req.method} ${req.url} ${req.headers["private-token"]} ${req.headers.host}`);
      res.setHeader("link", ["<a>", "<b>"]);
      res.statusCode = 201;
      res.end(Buffer.concat(chunks));
    });
    const request = withToken(`http://localhost:${port}/a%2Fb?q=1#frag`, { method: "POST", body: "hello" });
    const response = await client(`localhost:${port}`).send(request);
    expect(response.status).toBe(201);
    expect(response.headers.get("x-seen")).toBe(`POST /a%2Fb?q=1 t localhost:${port}`);
    expect(response.headers.get("link")).toBe("<a>, <b>");
    expect(await response.text()).toBe("hello");
  });

  test.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["gzip, br", (text: string) => brotliCompressSync(gzipSync(text))],
    ["identity", Buffer.from],
  ] as [string, (text: string) => Buffer][])("decompresses %s", async (encoding, pack) => {
    const port = await serve((_req, res) => res.setHeader("content-encoding", encoding).end(pack('{"a":1}')));
    const response = await client(`127.0.0.1:${port}`).send(new Request(at(port)));
    expect(await response.json()).toEqual({ a: 1 });
    expect(response.headers.get("content-encoding")).toBeNull();
  });

  test.each([204, 304])("accepts a %i answer, which has no body", async (status) => {
    const port = await serve((_req, res) => res.writeHead(status, { "content-encoding": "gzip" }).end());
    const response = await client(`127.0.0.1:${port}`).send(new Request(at(port)));
    expect([response.status, await response.text()]).toEqual([status, ""]);
  });

  test("returns a refusal of the host as an answer, not as an error", async () => {
    const port = await serve((_req, res) => res.writeHead(403).end("no"));
    const response = await client(`127.0.0.1:${port}`).send(withToken(at(port), { method: "DELETE" }));
    expect([response.status, await response.text()]).toEqual([403, "no"]);
  });

  test("reuses its connections", async () => {
    let sockets = 0;
    const server = net.createServer();
    const port = await serve((_req, res) => res.end("ok"));
    const proxy = await listen(
      server.on("connection", (socket) => {
        sockets++;
        socket.pipe(net.connect(port, "127.0.0.1")).pipe(socket);
      }),
    );
    const http = client(`127.0.0.1:${proxy}`);
    for (let turn = 0; turn < 10; turn++) await http.send(withToken(at(proxy)));
    expect(sockets).toBeLessThanOrEqual(3);
  });
});

describe("a private host that is not on the allow-list", () => {
  test("is refused with the same error whether the port is open, closed or silent, and sees no connection", async () => {
    let connections = 0;
    const silent = net.createServer(() => {
      connections++;
    });
    const open = await serve(() => {
      connections++;
    });
    const ports = [open, await listen(silent), 1024];
    const said = new Set<string>();
    for (const port of ports) {
      const fault = await faultOf(client(""), withToken(at(port)));
      expect(fault.code).toBe("address_refused");
      said.add(messageOf(fault.reason).replaceAll(String(port), "PORT"));
    }
    expect(said.size).toBe(1);
    expect([...said][0]).toContain("SLIPWAY_OUTBOUND_ALLOW");
    expect(connections).toBe(0);
  });

  test("is refused also when only one of its addresses is private", async () => {
    const http = client("", { lookup: async () => ["140.82.121.3", "127.0.0.1"] });
    const fault = await faultOf(http, new Request("https://git.example.com/"));
    expect(fault.reason.code).toBe("address_private");
  });

  test("cannot be reached by changing its DNS answer after the check", async () => {
    const port = await serve((_req, res) => res.end("inner"));
    const answers = [["192.0.2.9"], ["127.0.0.1"]];
    let asked = 0;
    const lookup = async () => answers[asked++] ?? ["127.0.0.1"];
    const http = client("192.0.2.0/24", { lookup, connectTimeoutMs: 200 });
    const fault = await faultOf(http, withToken(`http://rebind.example:${port}/`), { deadlineMs: 300 });
    expect(fault.reason.code).not.toBe("address_private");
    expect((await faultOf(http, withToken(`http://rebind.example:${port}/`))).reason.code).toBe(
      "address_private",
    );
    expect(asked).toBe(2);
  });

  test("is connected to at the checked address, under its own name", async () => {
    const port = await serve((req, res) => res.end(req.headers.host));
    const http = client(`git.internal:${port},127.0.0.1:${port}`, { lookup: async () => ["127.0.0.1"] });
    const response = await http.send(withToken(`http://git.internal:${port}/`));
    expect(await response.text()).toBe(`git.internal:${port}`);
  });
});

describe("a plain http request", () => {
  const lookup = async () => ["140.82.121.3"];
  test.each([
    ["a header of its own", withToken("http://git.example.com/")],
    ["Authorization", new Request("http://git.example.com/", { headers: { authorization: "Bearer t" } })],
    ["a body", new Request("http://git.example.com/", { method: "POST", body: "code=1" })],
    ["a query parameter", new Request("http://git.example.com/?access_token=t")],
  ])("to a public host is refused when it carries %s", async (_what, request) => {
    const fault = await faultOf(client("", { lookup }), request);
    expect(fault.reason.code).toBe("insecure_http");
  });
});

describe("a failing DNS lookup or connection", () => {
  test.each([
    ["no answer", async () => []],
    ["an error", () => Promise.reject(Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" }))],
  ])("is reported as a DNS failure when DNS gives %s", async (_what, lookup) => {
    const fault = await faultOf(client("", { lookup }), new Request("https://git.example.com/"));
    expect(fault.reason).toMatchObject({ code: "dns_failed", params: { host: "git.example.com" } });
  });

  test("ends at the deadline when DNS never answers", async () => {
    const lookup = () => new Promise<string[]>(() => undefined);
    const fault = await faultOf(client("", { lookup }), new Request("https://h.example/"), {
      deadlineMs: 50,
    });
    expect(fault.reason.code).toBe("host_timeout");
  });

  test("is reported as refused when the port is closed", async () => {
    const server = net.createServer();
    const port = await listen(server);
    server.close();
    const fault = await faultOf(client("127.0.0.1"), new Request(at(port)));
    expect(fault.reason).toEqual({ code: "connection_refused", params: { host: "127.0.0.1", port } });
  });

  test.each([
    ["closes at once", (socket: net.Socket) => socket.destroy(), "connection_reset"],
    [
      "closes after half a head",
      (socket: net.Socket) => socket.end("HTTP/1.1 200 OK\r\nx: "),
      "connection_reset",
    ],
    [
      "closes inside the body",
      (socket: net.Socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc"),
      "connection_reset",
    ],
    ["speaks SSH", (socket: net.Socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n\r\n"), "not_http"],
    [
      "sends a megabyte of head",
      (socket: net.Socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${"a".repeat(1_000_000)}`),
      "header_too_large",
    ],
    [
      "sends a hundred thousand heads",
      (socket: net.Socket) => socket.write(`HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(100_000)}`),
      "header_too_large",
    ],
    [
      "packs its body in an unknown way",
      (socket: net.Socket) =>
        socket.end("HTTP/1.1 200 OK\r\ncontent-encoding: x\r\ncontent-length: 1\r\n\r\na"),
      "bad_encoding",
    ],
  ])("is reported when the host %s", async (_what, behave, expected) => {
    const server = net.createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => behave(socket));
    });
    const port = await listen(server);
    const fault = await faultOf(client("127.0.0.1"), withToken(at(port)), { deadlineMs: 3_000 });
    expect(fault.reason.code).toBe(expected);
    expect(messageOf(fault.reason).length).toBeGreaterThan(40);
  });
});

describe("redirects", () => {
  test("on the same origin are followed, three at most, and a body goes along only with 307 and 308", async () => {
    const seen: string[] = [];
    const port = await serve((req, res) => {
      seen.push(`${req.method} ${req.url} ${req.headers["private-token"]}`);
      const [, kind, left] = (req.url ?? "").split("/");
      if (left === "0") res.end("there");
      else res.writeHead(Number(kind), { location: `/${kind}/${Number(left) - 1}` }).end();
    });
    const http = client(`127.0.0.1:${port}`);
    expect(await (await http.send(withToken(at(port, "/301/3")))).text()).toBe("there");
    expect((await faultOf(http, withToken(at(port, "/302/4")))).reason.code).toBe("redirect_loop");
    seen.length = 0;
    await http.send(withToken(at(port, "/308/1"), { method: "POST", body: "b" }));
    await http.send(withToken(at(port, "/303/1"), { method: "POST", body: "b" }));
    expect(seen).toEqual(["POST /308/1 t", "POST /308/0 t", "POST /303/1 t", "GET /303/0 t"]);
  });

  test.each([301, 302, 303, 307, 308])(
    "with status %i to another origin are not followed with a credential or a body",
    async (status) => {
      let reached = 0;
      const evil = await serve((_req, res) => {
        reached++;
        res.end();
      });
      const port = await serve((_req, res) => res.writeHead(status, { location: at(evil) }).end());
      const http = client("127.0.0.1");
      const expected = { code: "redirect_elsewhere", params: { from: at(port, ""), to: at(evil, "") } };
      expect((await faultOf(http, withToken(at(port)))).reason).toEqual(expected);
      expect((await faultOf(http, new Request(at(port), { method: "POST", body: "secret" }))).reason).toEqual(
        expected,
      );
      expect(reached).toBe(0);
      expect((await http.send(new Request(at(port)))).status).toBe(200);
    },
  );

  test.each(["http://169.254.169.254/latest", "http://[::1]:1234/", "http://10.0.0.1/"])(
    "to the private address %s are refused",
    async (location) => {
      const port = await serve((_req, res) => res.writeHead(302, { location }).end());
      const fault = await faultOf(client(`127.0.0.1:${port}`), new Request(at(port)));
      expect(fault.reason.code).toBe("address_private");
    },
  );

  test.each(["file:///etc/passwd", "http://a\\@b/", "http://u:p@h/", "gopher://h", "http://0x7f.1/"])(
    "to the unusable address %s are refused",
    async (location) => {
      const port = await serve((_req, res) => res.writeHead(302, { location }).end());
      const fault = await faultOf(client(`127.0.0.1:${port}`), new Request(at(port)));
      expect(fault.reason.code).toBe("redirect_invalid");
    },
  );

  test("are returned to a caller that asks for them", async () => {
    const port = await serve((_req, res) => res.writeHead(302, { location: "/x" }).end());
    const response = await client(`127.0.0.1:${port}`).send(new Request(at(port), { redirect: "manual" }));
    expect([response.status, response.headers.get("location")]).toEqual([302, "/x"]);
  });
});

describe("the limits of an outbound request", () => {
  test("a body that drips is cut off at the deadline and its socket freed", async () => {
    let ended: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const port = await serve((req, res) => {
      res.writeHead(200);
      const timer = setInterval(() => res.write("."), 20);
      req.socket.on("close", () => {
        clearInterval(timer);
        ended();
      });
    });
    const fault = await faultOf(client(`127.0.0.1:${port}`), new Request(at(port)), { deadlineMs: 200 });
    expect(fault.reason).toEqual({ code: "host_timeout", params: { host: "127.0.0.1" } });
    await gone;
  });

  test("a request that its caller aborts ends at once and says so", async () => {
    const stop = new AbortController();
    const port = await serve(() => stop.abort());
    const fault = await faultOf(client(`127.0.0.1:${port}`), new Request(at(port), { signal: stop.signal }));
    expect(fault.reason.code).toBe("cancelled");
  });

  test("a request whose caller set a time limit of its own says that the host was too slow", async () => {
    const port = await serve(() => undefined);
    const signal = AbortSignal.any([new AbortController().signal, AbortSignal.timeout(100)]);
    const fault = await faultOf(client(`127.0.0.1:${port}`), new Request(at(port), { signal }));
    expect(fault.reason.code).toBe("host_timeout");
  });

  test.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
  ] as const)("a %s bomb is not decompressed past the size limit", async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(30_000_000));
    const port = await serve((_req, res) => res.setHeader("content-encoding", encoding).end(bomb));
    const fault = await faultOf(client(`127.0.0.1:${port}`), new Request(at(port)));
    expect([fault.code, fault.reason.code]).toEqual(["too_large", "answer_too_large"]);
  });

  test("a body is read up to the size limit and not a byte further", async () => {
    const port = await serve((_req, res) => res.end(Buffer.alloc(1000)));
    const http = client(`127.0.0.1:${port}`);
    expect((await http.send(new Request(at(port)), { maxBytes: 1000 })).status).toBe(200);
    expect((await faultOf(http, new Request(at(port)), { maxBytes: 999 })).code).toBe("too_large");
  });
});

describe("a retry of an outbound request", () => {
  async function failing(times: number, head: Record<string, string> = {}, status = 503) {
    let calls = 0;
    const port = await serve((_req, res) => {
      calls++;
      if (calls <= times) res.writeHead(status, head).end();
      else res.end("ok");
    });
    return { port, calls: () => calls };
  }

  test.each([502, 503, 504])("happens after status %i, twice at most", async (status) => {
    const host = await failing(2, {}, status);
    const http = client(`127.0.0.1:${host.port}`);
    expect((await http.send(withToken(at(host.port)))).status).toBe(200);
    const down = await failing(9, {}, status);
    expect((await client(`127.0.0.1:${down.port}`).send(withToken(at(down.port)))).status).toBe(status);
    expect([host.calls(), down.calls()]).toEqual([3, 3]);
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])("never happens for %s", async (method) => {
    const host = await failing(1);
    const response = await client(`127.0.0.1:${host.port}`).send(withToken(at(host.port), { method }));
    expect([response.status, host.calls()]).toEqual([503, 1]);
  });

  test("does not happen when the host asks for more time than is left", async () => {
    const host = await failing(1, { "retry-after": "3600" });
    const response = await client(`127.0.0.1:${host.port}`).send(withToken(at(host.port)));
    expect([response.status, host.calls()]).toEqual([503, 1]);
  });

  test.each([429, 500, 404])("does not happen after status %i", async (status) => {
    const host = await failing(1, {}, status);
    const response = await client(`127.0.0.1:${host.port}`).send(withToken(at(host.port)));
    expect([response.status, host.calls()]).toEqual([status, 1]);
  });
});
