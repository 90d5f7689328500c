import type { Simulate } from "@/providers/simulator/simulated";

/** The simulated host of a provider type, as its own folder exports it. */
export async function simulatorOf(type: string): Promise<Simulate> {
  const { simulate }: { simulate: Simulate } = await import(`../../src/providers/${type}/fake/index.ts`);
  return simulate;
}
