import { db } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import { retryOnDatabaseOutage } from "@/db/outage";
import type { Step, StepName } from "@/features/deployment/contract";
import { change, json } from "@/features/deployment/lease";
import { build } from "@/features/deployment/run/build";
import { checkout } from "@/features/deployment/run/checkout";
import { release } from "@/features/deployment/run/release";
import { resolve } from "@/features/deployment/run/resolve";
import type { Run } from "@/features/deployment/run/run";
import { withStep } from "@/features/deployment/step";

const work = { resolve, checkout, build, release };

/** The step "report" is not among them: whoever follows deployments tells the host, so that none waits for it. */
const order = ["resolve", "checkout", "build", "release"] as const;

/** Go through the steps in order. What a step throws ends the run. */
export async function runSteps(run: Run): Promise<void> {
  for (const name of order) {
    run.signal.throwIfAborted();
    await runStep(run, name);
  }
}

async function runStep(run: Run, name: keyof typeof work): Promise<void> {
  run.log.step = name;
  await mark(run, name, { status: "running", startedAt: new Date().toISOString() });
  const status = await work[name](run);
  await mark(run, name, { status, finishedAt: new Date().toISOString() });
}

async function mark(run: Run, name: StepName, values: Partial<Step>): Promise<void> {
  const steps = withStep(run.steps, name, values);
  await retryOnDatabaseOutage(() => change(db(), run.lease, Prisma.sql`"steps" = ${json(steps)}`));
  run.steps = steps;
}
