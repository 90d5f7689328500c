import { sealContext } from "@/db/sealed-column";
import { Fault } from "@/lib/fault";
import { open } from "@/lib/seal";

/** A variable as it is stored. */
export interface SealedVariable {
  environmentVariableId: string;
  organizationId: string;
  environmentId: string;
  name: string;
  value: string;
}

/** The decrypted variables of an environment, for immediate use by the build. @throws Fault `variables_unreadable` */
export function openVariables(variables: readonly SealedVariable[]): Record<string, string> {
  return Object.fromEntries(variables.map((variable) => [variable.name, opened(variable)]));
}

function opened(variable: SealedVariable): string {
  const { name, value } = variable;
  try {
    return open(value, sealContext("environment_variable", variable));
  } catch (cause) {
    throw new Fault("conflict", { code: "variables_unreadable", params: { name } }, { cause });
  }
}
