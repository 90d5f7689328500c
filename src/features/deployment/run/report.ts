import type { StepEnd } from "@/features/deployment/run/run";

/** Tell the host what became of the commit. No provider can take that yet, so there is nothing to do. */
export async function report(): Promise<StepEnd> {
  return "skipped";
}
