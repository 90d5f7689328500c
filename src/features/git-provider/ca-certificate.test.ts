import { mkdtemp, rm } from "node:fs/promises";
import net, { type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import tls from "node:tls";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall } from "@test/kit/provider-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { portsOf } from "@/features/git-provider/client/pipeline";
import type { GitProvider, GitProviderDetail } from "@/features/git-provider/contract";
import { fetchOnce } from "@/git/fetch-once";
import { makeCertificate } from "@/lib/outbound/make-certificate";
import type { Report } from "@/providers/connection/report";
import { simulate } from "@/providers/gitea/fake";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import { type ServedFake, serveFake } from "@/providers/simulator/serve";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1" });

const authority = makeCertificate({ name: "Acme Root", authority: true });
const other = makeCertificate({ name: "Other Root", authority: true });
const certificate = makeCertificate({
  name: "127.0.0.1",
  by: authority,
  to: new Date(Date.now() + 365 * 86_400_000),
});
let root: string;
let host: ServedFake;
let front: tls.Server;
let url: string;
let owner: TestMember;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "slipway-ca-host-"));
  host = await serveFake({ simulate, world: seedWorld(), repositoriesRoot: root });
  const behind = Number(new URL(host.url).port);
  front = tls.createServer(certificate, (socket) => {
    const inner = net.connect(behind, "127.0.0.1");
    for (const end of [socket, inner])
      end.on("error", () => [socket, inner].forEach((one) => void one.destroy()));
    socket.pipe(inner).pipe(socket);
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  url = `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
  owner = await testMember(await testOrganization(), "owner");
});

afterAll(async () => {
  front.close();
  await host.close();
  await rm(root, { recursive: true, force: true });
});

const wanted = (fields: Record<string, unknown>) => ({
  giteaUrl: url,
  accessToken: BOT_TOKEN,
  ...fields,
});
const test = (fields: Record<string, unknown>) =>
  call<Report>(owner.caller, "gitea.testConnection", wanted(fields));
const statusOf = ({ checks }: Report, id: string) => checks.find((check) => check.id === id)?.status;

describe("the certificate authority of a provider", () => {
  it("is trusted for its API and its repositories, and for nobody else", async () => {
    const without = await test({});
    expect([statusOf(without, "tls"), without.ok]).toEqual(["fail", false]);
    expect(statusOf(await test({ caCertificate: other.cert }), "tls")).toBe("fail");
    const report = await test({ caCertificate: authority.cert });
    expect(["tls", "credential", "repositories", "gitRead"].map((id) => statusOf(report, id))).toEqual([
      "pass",
      "pass",
      "pass",
      "pass",
    ]);
    expect(statusOf(await test({}), "tls")).toBe("fail");
  });

  it("goes with every use of the stored provider, and is shown by name and day", async () => {
    const input = wanted({ name: "Own", caCertificate: `\r\n${authority.cert.replaceAll("\n", "\r\n")}` });
    const made = await call<GitProvider>(owner.caller, "gitea.create", input);
    const { gitProviderId } = made;
    expect(
      await call(owner.caller, "gitea.repositories", { giteaId: made.gitea?.giteaId, limit: 5 }),
    ).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ name: "site" })]) });
    const found = await call<GitProviderDetail>(owner.caller, "gitProvider.one", { gitProviderId });
    expect(found.authorities).toEqual([
      { subject: "Acme Root", validTo: expect.stringMatching(/^20\d\d-.*Z$/) },
    ]);
    const { network } = portsOf(made.gitea ?? {});
    const remote = {
      url: `${url}/acme/site.git`,
      credential: { username: "git", password: BOT_TOKEN },
    };
    const sha = "0".repeat(40);
    await expect(fetchOnce(remote, { sha, ref: "none" }, { network })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("is bound to the secret as the address is: another one needs the token again", async () => {
    const input = wanted({ name: "Bound", caCertificate: authority.cert });
    const { gitea } = await call<GitProvider>(owner.caller, "gitea.create", input);
    const change = { giteaId: gitea?.giteaId, caCertificate: other.cert };
    expect(await faultOfCall(owner.caller, "gitea.update", change)).toMatchObject({
      code: "invalid_input",
      issues: [{ path: "accessToken" }],
    });
    const done = await call<GitProvider>(owner.caller, "gitea.update", { ...change, accessToken: BOT_TOKEN });
    expect(done.gitea?.caCertificate).toBe(other.cert.trim());
    const same = { giteaId: gitea?.giteaId, caCertificate: `${other.cert}\n\n`, description: "same" };
    expect(await call(owner.caller, "gitea.update", same)).toMatchObject({ description: "same" });
  });

  it.each([
    ["a private key", () => authority.key + authority.cert, "private key"],
    ["other text", () => `hello\n${authority.cert}`, "and nothing else"],
    ["no certificate", () => "hello", "and nothing else"],
    ["a broken certificate", () => authority.cert.replace(/\n.{20}/, "\n"), "cannot be read"],
    ["too many", () => authority.cert.repeat(11), "more than 10"],
    ["too long a text", () => `${" ".repeat(20_001)}${authority.cert}`, "20"],
  ])("is refused with %s", async (_what, text, words) => {
    const fault = await faultOfCall(
      owner.caller,
      "gitea.create",
      wanted({ name: "No", caCertificate: text() }),
    );
    expect(fault).toMatchObject({ code: "invalid_input" });
    expect(fault.message).toContain(words);
    expect(JSON.stringify(fault)).not.toContain("MII");
  });
});
