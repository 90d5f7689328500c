import type { TRPCProcedureType } from "@trpc/server";
import { z } from "zod";
import type { Meta } from "@/rpc/procedure";
import { appRouter } from "@/server/root";

/** What the handlers and the API reference know of one procedure. */
export interface ProcedureFacts {
  path: string;
  type: TRPCProcedureType;
  meta: Meta;
  /** Null when the procedure takes nothing. */
  input: z.ZodType | null;
  output: z.ZodType | null;
}

interface Definition {
  _def: { type: TRPCProcedureType; meta?: unknown; inputs: unknown[]; output?: unknown };
}

const definitions: Record<string, Definition> = appRouter._def.procedures as never;

/** Every procedure of the router, in its order. */
export const procedures: ReadonlyMap<string, ProcedureFacts> = new Map(
  Object.entries(definitions).map(([path, definition]) => [path, factsOf(path, definition)]),
);

function factsOf(path: string, { _def }: Definition): ProcedureFacts {
  const [input, ...more] = _def.inputs;
  if (more.length > 0) throw new Error(`${path} has more than one input schema`);
  return {
    path,
    type: _def.type,
    meta: _def.meta as Meta,
    input: schema(input),
    output: schema(_def.output),
  };
}

function schema(value: unknown): z.ZodType | null {
  return value instanceof z.ZodType ? value : null;
}

/** A batch counts as secret when one of its calls is. */
export function answersSecret(path: string): boolean {
  return procedures.get(path)?.meta.answersSecret === true;
}
