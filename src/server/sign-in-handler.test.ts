import { send } from "@test/kit/call";
import { testDatabase, testEnv } from "@test/kit/database";
import { testCookie, testMember, testOrganization } from "@test/kit/member";
import { testPassword as password, testPasswordHash as passwordHash } from "@test/kit/password";
import { describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { type Env, env, setEnv } from "@/lib/env";
import { newId } from "@/lib/id";

testDatabase();

/** A browser, as far as cookies go. */
class Browser {
  jar = new Map<string, string>();
  flags = "";
  readonly address = newId();

  private readonly agent: string;
  private readonly host: string;

  constructor(agent = "curl/8", host = "localhost:3000") {
    this.agent = agent;
    this.host = host;
  }

  async send(
    path: string,
    body?: Record<string, string>,
    extra: Record<string, string> = {},
  ): Promise<Response> {
    const headers = {
      ...this.headers(),
      ...(body && { "content-type": "application/x-www-form-urlencoded" }),
      ...extra,
    };
    const init = body ? { method: "POST", headers, body: new URLSearchParams(body) } : { headers };
    const answer = await send(`/api/auth/${path}`, init);
    this.keep(answer);
    return answer;
  }

  headers(): Record<string, string> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const own = { "user-agent": this.agent, host: this.host, "x-slipway-address": this.address };
    return { ...own, cookie, origin: env().url };
  }

  private keep(answer: Response): void {
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name.endsWith("session")) this.flags = line.replace(/^[^;]*;/, "");
      this.jar.set(name, value);
    }
  }

  async signIn(email: string, given = password): Promise<Response> {
    const { csrfToken } = await (await this.send("csrf")).json();
    return this.send("callback/credentials", { email, password: given, csrfToken, json: "true" });
  }

  async whoAmI(): Promise<number> {
    return (await send("/api/user.me", { headers: this.headers() })).status;
  }
}

async function person() {
  const member = await testMember(await testOrganization(), "owner");
  const { userId, email } = member;
  await db().user.update({ where: { userId }, data: { passwordHash } });
  return { userId, email, cookie: member.cookies.cookie };
}

async function withEnv(settings: Record<string, string>, work: () => Promise<void>): Promise<void> {
  const before: Env = env();
  setEnv(testEnv({ DATABASE_URL: before.databaseUrl ?? "", ...settings }));
  await work().finally(() => setEnv(before));
}

describe("the sign-in route", () => {
  it("sets an HttpOnly session cookie, and ends the session at sign-out", async () => {
    const { email, userId } = await person();
    const browser = new Browser();
    const answer = await browser.signIn(email);
    expect([answer.status, await answer.json()]).toEqual([200, { url: env().url }]);
    expect(browser.flags).toMatch(/Path=\/; .*HttpOnly; SameSite=Lax/);
    expect([...browser.jar.keys()]).toContain("slipway-3000.session");
    expect(await browser.whoAmI()).toBe(200);
    expect(await (await browser.send("session")).json()).toMatchObject({ user: { email } });
    const stolen = new Map(browser.jar);
    const { csrfToken } = await (await browser.send("csrf")).json();
    await browser.send("signout", { csrfToken, json: "true" });
    browser.jar = stolen;
    expect(await browser.whoAmI()).toBe(401);
    expect(await db().session.count({ where: { userId, userAgent: { not: "test" } } })).toBe(0);
  });

  it("sets a __Host- cookie over TLS", () =>
    withEnv({ SLIPWAY_URL: "https://slipway.example.com" }, async () => {
      const browser = new Browser();
      await browser.signIn((await person()).email);
      expect([...browser.jar.keys()]).toContain("__Host-slipway.session");
      expect(browser.flags).toMatch(/HttpOnly; Secure; SameSite=Lax/);
    }));

  const chrome =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36";
  const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  const safari =
    "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15";

  it.each([
    [chrome, "localhost:3000", true],
    [firefox, "127.0.0.1:3000", true],
    [chrome, "[::1]:3000", true],
    [safari, "localhost:3000", false],
    [chrome, "machine.lan:3000", false],
    [chrome, "localhost.evil.example:3000", false],
  ])(
    "sets a __Host- cookie on localhost where the browser accepts it: %s at %s",
    async (agent, host, tied) => {
      const browser = new Browser(agent, host);
      await browser.signIn((await person()).email);
      const name = `${tied ? "__Host-" : ""}slipway-3000.session`;
      expect([...browser.jar.keys()].filter((each) => each.endsWith("session"))).toEqual([name]);
      expect(/; Secure;/.test(browser.flags)).toBe(tied);
      expect(await browser.whoAmI()).toBe(200);
      const { csrfToken } = await (await browser.send("csrf")).json();
      const stolen = new Map(browser.jar);
      await browser.send("signout", { csrfToken, json: "true" });
      browser.jar = stolen;
      expect(await browser.whoAmI()).toBe(401);
    },
  );

  it("still accepts a cookie without the __Host- prefix, but never in place of one that has it", async () => {
    const { email, cookie } = await person();
    const browser = new Browser(chrome);
    const [name = "", value = ""] = cookie.split("=");
    browser.jar.set(name, value);
    expect(await browser.whoAmI()).toBe(200);
    const other = new Browser(chrome);
    await other.signIn(email);
    other.jar.set("slipway-3000.session", "planted");
    expect(await other.whoAmI()).toBe(200);
    other.jar.set("__Host-slipway-3000.session", "planted");
    other.jar.set(name, value);
    expect(await other.whoAmI()).toBe(401);
  });

  it("answers a wrong password and an unknown address alike, and makes no session", async () => {
    const { email } = await person();
    const answers = await Promise.all(
      [email, "nobody@example.com"].map((each) => new Browser().signIn(each, "wrong one")),
    );
    const seen = await Promise.all(answers.map(async (answer) => [answer.status, await answer.json()]));
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]).toEqual([401, { url: expect.stringContaining("error=CredentialsSignin") }]);
  });

  it("answers 429 with Retry-After after many failures", async () => {
    const { email } = await person();
    const browser = new Browser();
    for (let i = 0; i < 10; i++) await browser.signIn(email, "wrong one");
    const answer = await browser.signIn(email, "wrong one");
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await answer.json()).url).toContain("error=TooManyTries");
  });

  it("refuses a form of another site, and one without the CSRF token of the page", async () => {
    const { email } = await person();
    const browser = new Browser();
    const { csrfToken } = await (await browser.send("csrf")).json();
    const form = { email, password, csrfToken, json: "true" };
    const foreign = await browser.send("callback/credentials", form, { origin: "https://evil.example" });
    expect(foreign.status).toBe(403);
    await browser.send("callback/credentials", { ...form, csrfToken: "guess" });
    expect(await browser.whoAmI()).toBe(401);
  });

  it("never redirects to another site", async () => {
    const { email } = await person();
    for (const callbackUrl of [
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
    ]) {
      const browser = new Browser();
      const { csrfToken } = await (await browser.send("csrf")).json();
      const answer = await browser.send("callback/credentials", {
        email,
        password,
        csrfToken,
        callbackUrl,
        json: "true",
      });
      const { url } = await answer.json();
      expect(new URL(url, env().url).origin).toBe(env().url);
    }
  });

  it("does not accept another of Slipway's cookies as a session", async () => {
    const { email } = await person();
    const browser = new Browser();
    await browser.signIn(email);
    const name = "slipway-3000.session";
    for (const other of ["slipway-3000.csrf", "slipway-3000.callback"]) {
      const value = browser.jar.get(other) ?? "";
      const headers = { cookie: `${name}=${value}` };
      expect((await send("/api/user.me", { headers })).status).toBe(401);
    }
    const foreign = (await testCookie("no-such-session")).split("=")[1];
    const headers = { cookie: `${name}=${foreign}` };
    expect((await send("/api/user.me", { headers })).status).toBe(401);
  });

  it("has only the paths that the pages use, and answers others with an API fault", async () => {
    const ways: [string, string, number][] = [
      ["GET", "callback/credentials", 405],
      ["GET", "verify-request", 404],
      ["GET", "nothing", 404],
      ["POST", "_log", 404],
      ["POST", "callback/nothing", 404],
      ["POST", "csrf", 405],
    ];
    for (const [method, path, expected] of ways) {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const init = method === "POST" ? { method, headers, body: "a=b" } : { method };
      const answer = await send(`/api/auth/${path}`, init);
      const { error } = await answer.json();
      expect([path, answer.status, typeof error.fault]).toEqual([path, expected, "string"]);
    }
  });

  it("answers unexpected bodies without failing", async () => {
    const bodies: [string, string][] = [
      ["application/json", "{"],
      ["application/json", '{"email":{"a":1}}'],
      ["text/plain", "x"],
      ["application/json", "[]"],
      ["application/x-www-form-urlencoded", "email=a&email=b"],
    ];
    for (const [type, body] of bodies) {
      const headers = { "content-type": type };
      const { status } = await send("/api/auth/callback/credentials", { method: "POST", headers, body });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
  });
});
