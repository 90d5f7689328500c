import { testDatabase } from "@test/kit/database";
import {
  type Bench,
  deploymentRow,
  logText,
  seedApplication,
  seedDeployment,
  startBench,
} from "@test/kit/deployment";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { runNext } from "@/features/deployment/run/execute";
import { runSteps } from "@/features/deployment/run/steps";
import { env, setEnv } from "@/lib/env";
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

it("a worker whose disk is below the floor leaves deployments queued and says so, and takes them once there is room", async () => {
  const idle = new AbortController().signal;
  const warned = vi.spyOn(log, "warn").mockImplementation(() => undefined);
  const deploymentId = await seedDeployment(await seedApplication(bench, { commits: [] }));
  const before = env();
  setEnv({ ...before, diskFloor: 99_999_999 });
  expect([await runNext(idle), await runNext(idle)]).toEqual([false, false]);
  setEnv(before);
  expect(await deploymentRow(deploymentId)).toMatchObject({ status: "queued", fence: 0 });
  expect((await logText(deploymentId)).match(/waits.* disk .*free/g)).toHaveLength(1);
  expect(warned).toHaveBeenCalledTimes(1);
  expect(JSON.stringify(warned.mock.calls)).toContain('"floor":99999999');
  warned.mockRestore();
  vi.mocked(runSteps).mockResolvedValueOnce(undefined);
  expect(await runNext(idle)).toBe(true);
  expect(await deploymentRow(deploymentId)).toMatchObject({ status: "succeeded" });
});
