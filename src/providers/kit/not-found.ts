import { Fault } from "@/lib/fault";

export function isNotFound(error: unknown): boolean {
  return error instanceof Fault && error.code === "not_found";
}

/** The answer, or null when the host does not know what was asked for. */
export async function orNull<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
