import type { Db } from "@/db/client";
import { sealContext } from "@/db/sealed-column";
import type { UpdateEnvironment } from "@/features/environment/contract";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { seal } from "@/lib/seal";

interface Target {
  organizationId: string;
  environmentId: string;
}

type Given = NonNullable<UpdateEnvironment["variables"]>[number];

/**
 * Change the variables that are named and leave the others: a value replaces, a blank or missing one keeps what is
 * stored, null removes.
 * @throws Fault `invalid_input` for a new variable without a value
 */
export async function saveVariables(
  tx: Db,
  target: Target,
  variables: UpdateEnvironment["variables"],
): Promise<void> {
  for (const [place, variable] of (variables ?? []).entries())
    await saveVariable(tx, target, variable, place);
}

async function saveVariable(tx: Db, target: Target, { name, value }: Given, place: number): Promise<void> {
  const { environmentId } = target;
  const where = { environmentId_name: { environmentId, name } };
  if (value === null) {
    await tx.environmentVariable.deleteMany({ where: { environmentId, name } });
    return;
  }
  const stored = await tx.environmentVariable.findUnique({ where, select: { environmentVariableId: true } });
  if (!value && !stored) throw valueMissing(place);
  if (!value) return;
  const environmentVariableId = stored?.environmentVariableId ?? newId();
  const sealed = seal(value, sealContext("environment_variable", { ...target, environmentVariableId, name }));
  await tx.environmentVariable.upsert({
    where,
    create: { ...target, environmentVariableId, name, value: sealed },
    update: { value: sealed },
  });
}

function valueMissing(place: number): Fault {
  const path = `variables.${place}.value`;
  const message = "A new variable needs a value.";
  const params = { summary: `${path}: ${message}` };
  return new Fault("invalid_input", { code: "invalid_input", params }, { issues: [{ path, message }] });
}
