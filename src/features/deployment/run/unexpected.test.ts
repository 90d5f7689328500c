import { testDatabase } from "@test/kit/database";
import { type Bench, deploymentRow, seedApplication, seedDeployment, startBench } from "@test/kit/deployment";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { runNext } from "@/features/deployment/run/execute";
import { runSteps } from "@/features/deployment/run/steps";
import { log } from "@/lib/log";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1" });
vi.mock("@/features/deployment/run/steps", { spy: true });

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());

it("an unexpected error fails the deployment and is logged with its place in the code, but its message is stored nowhere", async () => {
  const secret = "secret-8d2b";
  vi.mocked(runSteps).mockRejectedValueOnce(new Error(`in JSON at ${secret}\n${secret}`));
  const logged = vi.spyOn(log, "error").mockImplementation(() => undefined);
  const deploymentId = await seedDeployment(await seedApplication(bench, { commits: [] }));
  expect(await runNext(new AbortController().signal)).toBe(true);
  const row = await deploymentRow(deploymentId);
  expect(row).toMatchObject({ status: "failed", reasonCode: "deploy_internal" });
  const lines = JSON.stringify(logged.mock.calls);
  expect(lines).toContain(deploymentId);
  expect(lines).toContain("unexpected.test.ts");
  expect(lines + JSON.stringify(row)).not.toContain(secret);
});
