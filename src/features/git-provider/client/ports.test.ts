import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { testDatabase, testEnv } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall } from "@test/kit/provider-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ports } from "@/features/git-provider/client/pipeline";
import type { GitProvider } from "@/features/git-provider/contract";
import { setEnv } from "@/lib/env";
import type { Report } from "@/providers/connection/report";

testDatabase();

let owner: TestMember;
let server: Server;
let calls = 0;

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
  server = createServer((_, response) => {
    calls++;
    response.setHeader("content-type", "application/json").end('{"version":"1.24.0"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(() => void server.close());

it("a private address that is not listed is saved and reported, and never called", async () => {
  const { port } = server.address() as AddressInfo;
  const given = {
    name: "Inside",
    giteaUrl: "https://git.example.com",
    giteaInternalUrl: `http://127.0.0.1:${port}`,
    accessToken: "token-1",
  };
  const { gitea } = await call<GitProvider>(owner.caller, "gitea.create", given);
  const giteaId = gitea?.giteaId;
  const report = await call<Report>(owner.caller, "gitea.testConnection", { giteaId });
  expect(report.ok).toBe(false);
  const address = report.checks.find(({ id }) => id === "address");
  expect(address?.status).toBe("fail");
  expect(address?.fix?.text).toContain("SLIPWAY_OUTBOUND_ALLOW");
  const fault = await faultOfCall(owner.caller, "gitea.repositories", { giteaId });
  expect(fault.code).toBe("address_refused");
  expect(calls).toBe(0);
});

it("follows the allow-list of the settings in force", async () => {
  const { port } = server.address() as AddressInfo;
  const request = new Request(`http://127.0.0.1:${port}/`);
  await expect(ports().http.send(request.clone())).rejects.toMatchObject({ code: "address_refused" });
  setEnv(testEnv({ SLIPWAY_OUTBOUND_ALLOW: `127.0.0.1:${port}` }));
  expect((await ports().http.send(request)).status).toBe(200);
});
