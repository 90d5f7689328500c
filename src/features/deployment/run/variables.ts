import { Fault } from "@/lib/fault";
import { open } from "@/lib/seal";

interface Sealed {
  environmentVariableId: string;
  name: string;
  value: string;
}

/** The variables of an environment in the clear, for the moment of the build. @throws Fault `variables_unreadable` */
export function openVariables(variables: readonly Sealed[]): Record<string, string> {
  return Object.fromEntries(variables.map((variable) => [variable.name, opened(variable)]));
}

function opened({ environmentVariableId: rowId, name, value }: Sealed): string {
  try {
    return open(value, { table: "environment_variable", column: "value", rowId });
  } catch (cause) {
    throw new Fault("conflict", { code: "variables_unreadable", params: { name } }, { cause });
  }
}
