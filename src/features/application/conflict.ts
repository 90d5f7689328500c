import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { uniqueViolation } from "@/db/violation";
import { Fault } from "@/lib/fault";

/** An early check before the host is called; the unique index decides. @throws Fault `conflict` reason `name_taken` */
export async function assertNameFree({ organizationId }: Caller, name: string): Promise<void> {
  if ((await db().application.count({ where: { organizationId, name } })) > 0) throw nameTaken(name);
}

/** Turn a unique violation into a fault. */
export function namingFault(error: unknown, input: { name?: string; slug?: string | null }): unknown {
  const taken = uniqueViolation(error) ?? "";
  if (/slug|site/.test(taken)) {
    return new Fault(
      "conflict",
      { code: "site_taken", params: { site: input.slug ?? "" } },
      { cause: error },
    );
  }
  return taken.includes("name") ? nameTaken(input.name ?? "", error) : error;
}

function nameTaken(name: string, cause?: unknown): Fault {
  return new Fault("conflict", { code: "name_taken", params: { name } }, { cause });
}
