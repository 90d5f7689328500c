import { z } from "zod";
import { Step, type StepName, stepNames } from "@/features/deployment/contract";

/** The steps before any of them began. */
export function freshSteps(): Step[] {
  return stepNames.map((name) => ({ name, status: "pending", startedAt: null, finishedAt: null }));
}

/** The stored steps. */
export function readSteps(value: unknown): Step[] {
  return z.array(Step).safeParse(value).data ?? freshSteps();
}

export function withStep(steps: Step[], name: StepName, change: Partial<Step>): Step[] {
  return steps.map((step) => (step.name === name ? { ...step, ...change } : step));
}

/** Close what is open when a deployment ends: the running step as `how`, those that never began as left out. */
export function closeSteps(steps: Step[], how: "failed" | "cancelled" | "succeeded"): Step[] {
  const finishedAt = new Date().toISOString();
  return steps.map((step) => {
    if (step.status === "running") return { ...step, status: how, finishedAt };
    return step.status === "pending" ? { ...step, status: "skipped" as const } : step;
  });
}
