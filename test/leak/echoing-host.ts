import type { Simulate } from "@/providers/simulator/simulated";

/** For tests: how a host repeats what it was sent. Null: it answers normally. */
export interface EchoSwitch {
  status: number | null;
  /** Answers that repeated a request. */
  echoed: number;
}

/** For tests: a simulated host that, while it is switched on, repeats every request that bears a secret, everywhere. */
export function echoing(simulate: Simulate, how: EchoSwitch): Simulate {
  return (options) => {
    const host = simulate(options);
    const respond = async (request: Request): Promise<Response> => {
      const sent = await textOf(request.clone());
      const bears = /authorization|private-token|secret|refresh_token|code=/i.test(sent);
      if (how.status === null || !bears) return host.respond(request);
      how.echoed += 1;
      return echo(how.status, sent);
    };
    return Object.assign(Object.create(host), { respond });
  };
}

/** All that came, with what stands in Basic authorization in clear beside it. */
async function textOf(request: Request): Promise<string> {
  const headers = [...request.headers].map(([name, value]) => `${name}: ${value}`);
  const basic = /^basic (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const clear = basic ? Buffer.from(basic, "base64").toString("utf8") : "";
  return [request.url, ...headers, clear, await request.text()].join(" ");
}

/** In every field in which one of the hosts puts its error messages. */
function echo(status: number, sent: string): Response {
  const sign = sent.replace(/[^\x20-\x7e]/g, "").slice(0, 4_000);
  const words = { message: sent, error: sent, error_description: sent, detail: sent, typeKey: sent };
  const body = JSON.stringify({ ...words, errors: [{ ...words, context: sent, exceptionName: sent }] });
  const headers = new Headers({
    "content-type": "application/json",
    "x-echo": sign,
    "x-request-id": sign,
    "x-oauth-scopes": sign,
    "www-authenticate": `Bearer realm="${sign.replaceAll('"', "'")}"`,
    link: `<https://elsewhere.example/?${encodeURIComponent(sign)}>; rel="next"`,
  });
  if (status >= 300 && status < 400)
    headers.set("location", `https://elsewhere.example/${encodeURIComponent(sign)}`);
  return new Response(status === 304 ? null : body, { status, headers });
}
