import { expect, it } from "vitest";
import { testConnection } from "@/providers/connection/check-connection";
import type { Check, CheckId } from "@/providers/connection/report";
import { git } from "@/providers/git";
import { simulate } from "@/providers/git/fake";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";

const NOW = new Date("2026-05-03T10:00:00Z");
const BASE = "https://git.example.com";
const ok = { outcome: "ok" } as const;
const probed = { address: ok, dns: ok, tls: ok, reachable: ok, certificate: null };

async function report(authMethod: string, name: string) {
  const world = seedWorld();
  const host = simulate({ world, baseUrl: BASE, now: () => NOW });
  const found = world.repositories.find((one) => one.name === name);
  const branches = [...(found?.branches ?? [])].map(([branch, sha]) => ({ name: branch, sha }));
  return testConnection({
    provider: git,
    session: {
      authMethod,
      settings: { gitUrl: `${BASE}/acme/${name}.git` },
      secrets: authMethod === "public" ? {} : { password: BOT_TOKEN },
      http: { send: async (request) => host.respond(request) },
      git: { lsRemote: async () => ({ defaultBranch: "main", branches, tags: [] }) },
      now: () => NOW,
    },
    probe: async () => ({ ...probed, serverDate: NOW, seenAt: NOW, millis: 5 }),
  });
}

const of = (checks: Check[], id: CheckId) => checks.find((check) => check.id === id);

it("the test of a public repository says that it is read without a credential, not that one was accepted", async () => {
  const { ok: works, summary, checks } = await report("public", "Handbook");
  expect([works, summary]).toEqual([true, expect.stringContaining("git read 1 branch")]);
  for (const id of ["credential", "expiry", "account"] as const)
    expect(of(checks, id)).toMatchObject({ status: "skip" });
  expect(of(checks, "credential")?.detail).toContain("no credential");
  expect(of(checks, "expiry")?.detail).not.toContain("Set the day");
  expect(of(checks, "organization")?.detail).toBe("This kind of host has none.");
  expect(of(checks, "reachable")?.detail).toMatch(/^This is a Git server\. /);
});

it("the test of a password says that it is accepted where it reads the repository", async () => {
  const { checks } = await report("https", "site");
  expect(of(checks, "credential")).toMatchObject({ status: "pass", detail: "Git accepts this credential." });
  expect(of(checks, "account")?.detail).toContain("does not tell whose");
});
