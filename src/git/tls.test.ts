import https from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { closeAll, hostWith } from "@test/kit/git-host";
import { afterEach, expect, test } from "vitest";
import { removeBundles } from "@/git/ca-bundle";
import { lsRemote } from "@/git/ls-remote";
import { gitHttpBackend } from "@/git/smart-http";
import { asFault } from "@/lib/fault";
import { parseAllowList } from "@/lib/outbound/allow-list";
import { type CertificateWish, makeCertificate } from "@/lib/outbound/make-certificate";

const closing: (() => void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await closeAll();
  await removeBundles();
});

const authority = makeCertificate({ name: "Test Authority", authority: true });
const yesterday = new Date(Date.now() - 86_400_000);

async function listed(wish: Partial<CertificateWish>, ca: string[]) {
  const host = await hostWith({ commits: [{ message: "One", files: { a: "a" } }] });
  const { key, cert } = makeCertificate({ name: "git.internal", by: authority, ...wish });
  const server = https.createServer({ key, cert }, gitHttpBackend({ root: path.join(host.folder, "host") }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const network = {
    allow: parseAllowList(`git.internal:${port},127.0.0.1:${port}`),
    lookup: async () => ["127.0.0.1"],
    ca,
  };
  return lsRemote({ url: `https://git.internal:${port}/acme/site.git`, credential: null }, { network });
}

test("git trusts a host with a certificate of an added authority, under its name at the checked address", async () => {
  expect((await listed({}, [authority.cert])).branches).toHaveLength(1);
});

test.each<[string, Partial<CertificateWish>, string]>([
  ["of an unknown authority", { by: makeCertificate({ name: "Other", authority: true }) }, "tls_self_signed"],
  ["that is self-signed", { by: undefined }, "tls_self_signed"],
  ["for another name", { names: ["other.internal"] }, "tls_wrong_name"],
  ["that has expired", { from: new Date(0), to: yesterday }, "tls_expired"],
])("git refuses a certificate %s with its own reason", async (_what, wish, reason) => {
  const fault = await listed(wish, [authority.cert]).catch(asFault);
  expect(fault).toMatchObject({ code: "unavailable", reason: { code: reason } });
});
