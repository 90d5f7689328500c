import { Fault } from "@/lib/fault";
import type { ChangedPaths } from "@/providers/reporting";

/** A comparison that is larger than what is read of a host is one that was cut short. */
export async function unlessTooLarge(answer: Promise<ChangedPaths>): Promise<ChangedPaths> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Fault && error.code === "too_large") return { paths: [], isWhole: false };
    throw error;
  }
}

/** Both together, each path once. */
export function joined(...all: ChangedPaths[]): ChangedPaths {
  return {
    paths: [...new Set(all.flatMap(({ paths }) => paths))],
    isWhole: all.every(({ isWhole }) => isWhole),
  };
}
