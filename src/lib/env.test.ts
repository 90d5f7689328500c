import { describe, expect, it } from "vitest";
import { parseEnv } from "@/lib/env";
import { Fault } from "@/lib/fault";

const key = `k1:${Buffer.from("c3a1f7e2905b4d68b7d1e0935fa2c84d").toString("base64")}`;
const secret = "Zx8v1Qm3Rt6Yb0Lk9Wn2Hs5Df7Gj4Pc1";
const server = {
  DATABASE_URL: "postgresql://u:p@db:5432/slipway",
  SLIPWAY_ENCRYPTION_KEYS: key,
  NEXTAUTH_SECRET: secret,
};

function failure(record: Record<string, string>): Fault {
  try {
    parseEnv(record);
  } catch (error) {
    if (error instanceof Fault) return error;
  }
  throw new Error("it was accepted");
}

describe("settings", () => {
  it("have working defaults", () => {
    expect(parseEnv({})).toMatchObject({
      port: 3000,
      host: "127.0.0.1",
      url: "http://localhost:3000",
      databaseUrl: null,
      outboundAllow: [],
      worker: "inline",
      buildCommands: "off",
      sitesUrl: "http://*.localhost:3000",
      logLevel: "info",
    });
  });

  it("derive the addresses from the port", () => {
    expect(parseEnv({ PORT: "4100" })).toMatchObject({
      url: "http://localhost:4100",
      sitesUrl: "http://*.localhost:4100",
    });
  });

  it.each([
    ["SLIPWAY_URL", { SLIPWAY_URL: "http://slipway.localhost:3000" }],
    [
      "SLIPWAY_SITES_URL",
      { SLIPWAY_URL: "http://app.localhost", SLIPWAY_SITES_URL: "http://*.localhost:4000" },
    ],
    [
      "SLIPWAY_SITES_URL",
      { SLIPWAY_URL: "https://slipway.example.com", SLIPWAY_SITES_URL: "https://*.example.com" },
    ],
    [
      "SLIPWAY_SITES_URL",
      { SLIPWAY_URL: "https://a.sites.example.com:8443", SLIPWAY_SITES_URL: "https://*.sites.Example.com" },
    ],
  ])("refuse an app address at which sites would be served, naming %s", (name, record) => {
    expect(failure(record)).toMatchObject({
      reason: {
        code: "setting_wrong",
        params: { name, problem: expect.stringContaining("published sites") },
      },
    });
  });

  it.each([
    ["https://example.com", "https://*.example.com"],
    ["https://sites.example.com", "https://*.sites.example.com"],
    ["https://slipway.example.com", "https://*.sites.example.com"],
    ["https://myexample.com", "https://*.example.com"],
  ])("accept the app at %s beside sites at %s", (url, sitesUrl) => {
    expect(parseEnv({ SLIPWAY_URL: url, SLIPWAY_SITES_URL: sitesUrl })).toMatchObject({ url, sitesUrl });
  });

  it("treat an empty value as unset", () => {
    expect(parseEnv({ PORT: "", DATABASE_URL: " " })).toMatchObject({ port: 3000, databaseUrl: null });
  });

  it("drop the slash at the end of the base URL", () => {
    expect(parseEnv({ SLIPWAY_URL: "https://slipway.example.com/" }).url).toBe("https://slipway.example.com");
  });

  it("split the list of allowed targets", () => {
    const list = "git.corp:3000, 10.0.0.0/8:443,[::1]:80,fd00::/8,127.0.0.1";
    expect(parseEnv({ SLIPWAY_OUTBOUND_ALLOW: list }).outboundAllow).toEqual(
      list.split(",").map((part) => part.trim()),
    );
  });

  it.each([
    ["PORT", "http"],
    ["PORT", "70000"],
    ["PORT", "0"],
    ["HOST", "not a host"],
    ["SLIPWAY_URL", "slipway.example.com"],
    ["SLIPWAY_URL", "https://example.com/slipway"],
    ["SLIPWAY_URL", "https://user:word@example.com"],
    ["DATABASE_URL", "mysql://host/db"],
    ["DATABASE_URL", "postgresql://u:p@host/db?schema=other"],
    ["SLIPWAY_DATABASE_POOL", "0"],
    ["SLIPWAY_SETUP_TOKEN", "short"],
    ["NEXTAUTH_SECRET", "changeme-changeme-changeme-changeme"],
    ["NEXTAUTH_SECRET", "a".repeat(40)],
    ["SLIPWAY_OUTBOUND_ALLOW", "http://git.corp"],
    ["SLIPWAY_WORKER", "yes"],
    ["SLIPWAY_BUILD_COMMANDS", "on"],
    ["SLIPWAY_SITES_URL", "https://sites.example.com"],
    ["SMTP_URL", "mail.example.com"],
    ["SLIPWAY_MAIL_FROM", "nobody"],
    ["DOCKER_HOST", "docker"],
    ["SLIPWAY_LOG_LEVEL", "loud"],
  ])("refuse a wrong %s in one line that names it and not the value", (name, value) => {
    const fault = failure({ [name]: value });
    expect(fault.code).toBe("invalid_input");
    expect(fault.message).toContain(`The setting ${name} is wrong`);
    expect(fault.message).not.toContain("\n");
    if (name === "NEXTAUTH_SECRET") expect(fault.message).not.toContain(value);
  });

  it("accept a server behind a socket", () => {
    const url = "postgresql://u:p@/slipway?host=/run/postgresql&schema=public";
    expect(parseEnv({ ...server, DATABASE_URL: url }).databaseUrl).toBe(url);
  });

  it("accept a named server together with its keys", () => {
    expect(parseEnv(server)).toMatchObject({ databaseUrl: server.DATABASE_URL, nextauthSecret: secret });
  });

  it.each(["SLIPWAY_ENCRYPTION_KEYS", "NEXTAUTH_SECRET"])(
    "require %s as soon as a database server is named",
    (name) => {
      expect(failure({ ...server, [name]: "" }).message).toMatch(`${name} is missing`);
    },
  );

  it("require a sender address as soon as a mail server is named", () => {
    expect(failure({ SMTP_URL: "smtp://mail.example.com" }).message).toMatch("SLIPWAY_MAIL_FROM is missing");
  });
});

describe("the settings for proxies and certificate authorities", () => {
  it("are read in upper and lower case, the upper one first", () => {
    const { httpsProxy, httpProxy, noProxy } = parseEnv({
      https_proxy: "http://lower.example:3128",
      HTTPS_PROXY: "http://upper.example:3128",
      http_proxy: "http://plain.example:3128",
      no_proxy: "git.internal",
    });
    expect([httpsProxy, httpProxy, noProxy]).toEqual([
      "http://upper.example:3128",
      "http://plain.example:3128",
      "git.internal",
    ]);
  });

  it("are reported without their value when they cannot be used", () => {
    for (const [name, value] of [
      ["HTTPS_PROXY", "socks5://user:secret@proxy"],
      ["SLIPWAY_CA_FILE", "/nowhere/secret.pem"],
    ] as const)
      expect(() => parseEnv({ [name]: value })).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining("secret") }),
      );
  });
});
