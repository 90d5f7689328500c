import { Act, changing } from "@/access/act";
import { asFault } from "@/lib/fault";
import { newId } from "@/lib/id";

/**
 * Do what whoever runs the instance asked for on its console, and tell the audit: with what it changed, or by itself
 * where it only read or what it does is no transaction.
 */
export async function asOperator(action: string, work: () => Promise<void>): Promise<void> {
  const origin = { requestId: newId(), address: "console", userAgent: "" };
  const actor = { organizationId: null, userId: null, apiKeyId: null, name: "operator" };
  const act = new Act(action, origin, async () => actor);
  try {
    await changing(act, work);
  } catch (error) {
    await act.close("failed", asFault(error).code);
    throw error;
  }
  if (!act.recorded) await act.close("ok");
}
