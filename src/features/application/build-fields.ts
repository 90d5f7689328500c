import type { CreateApplication } from "@/features/application/contract";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { messageOf } from "@/lib/reason";

type Given = Pick<CreateApplication, "buildPath" | "buildType" | "buildCommand" | "outputDirectory">;

/**
 * The columns of a build. Absent and null change nothing; a blank command or output directory clears it.
 * @throws Fault `invalid_input` reason `build_commands_off` when this instance runs no commands
 */
export function buildColumns({ buildPath, buildType, buildCommand, outputDirectory }: Given) {
  if (buildCommand && env().buildCommands === "off") throw commandsOff();
  return {
    buildPath: buildPath == null ? undefined : buildPath || "/",
    buildType: buildType ?? undefined,
    buildCommand: cleared(buildCommand),
    outputDirectory: cleared(outputDirectory),
  };
}

function cleared(value: string | null | undefined): string | null | undefined {
  return value === "" ? null : (value ?? undefined);
}

function commandsOff(): Fault {
  const reason = { code: "build_commands_off" };
  return new Fault("invalid_input", reason, {
    issues: [{ path: "buildCommand", message: messageOf(reason) }],
  });
}
