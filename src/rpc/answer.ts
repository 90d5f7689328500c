import { TRPCError } from "@trpc/server";
import { z } from "zod";

/** What `pick` gives for a value that is not of its shape. */
const miss = Symbol("miss");

/** A copy of a value with what its schema declares and nothing else, or `miss`. */
type Pick = (value: unknown) => unknown;

/** As much of zod's own description of a schema as is read here. */
interface Definition {
  type: string;
  checks?: unknown[];
  shape?: Record<string, z.core.$ZodType>;
  catchall?: unknown;
  element?: z.core.$ZodType;
  innerType?: z.core.$ZodType;
  valueType?: z.core.$ZodType;
  options?: z.core.$ZodType[];
  values?: unknown[];
  entries?: Record<string, unknown>;
}

/**
 * Compile a schema into a function that copies an answer: undeclared fields are left out, and a value of another type
 * is refused. Compiled once per schema, since parsing with zod took longer than the query that read the rows. Formats
 * and lengths of text are checked on input only.
 * @returns the copy; the function throws what the schema throws for a value that does not fit
 */
export function answerOf(schema: z.ZodType): (value: unknown) => unknown {
  const pick = pickOf(schema);
  return (value) => {
    const picked = pick(value);
    return picked === miss ? schema.parse(value) : picked;
  };
}

const known = new WeakMap<z.core.$ZodType, Pick>();

function pickOf(schema: z.core.$ZodType): Pick {
  const made = known.get(schema) ?? compile(schema);
  known.set(schema, made);
  return made;
}

/** Whatever has no compiled form, such as a transformation, is left to zod. */
function compile(schema: z.core.$ZodType): Pick {
  const definition = schema._zod.def as unknown as Definition;
  const isPlain = definition.type === "string" || definition.type === "number" || !definition.checks?.length;
  return (isPlain && compilers[definition.type]?.(definition)) || throughZod(schema);
}

function throughZod(schema: z.core.$ZodType): Pick {
  return (value) => {
    const parsed = z.safeParse(schema, value);
    return parsed.success ? parsed.data : miss;
  };
}

const compilers: Record<string, (definition: Definition) => Pick | undefined> = {
  string: () => (value) => (typeof value === "string" ? value : miss),
  number: () => (value) => (typeof value === "number" && Number.isFinite(value) ? value : miss),
  boolean: () => (value) => (typeof value === "boolean" ? value : miss),
  null: () => (value) => (value === null ? null : miss),
  literal: ({ values = [] }) => oneOf(values),
  enum: ({ entries = {} }) => oneOf(Object.values(entries)),
  nullable: ({ innerType }) => orElse(innerType, null),
  optional: ({ innerType }) => orElse(innerType, undefined),
  array: ({ element }) => element && arrayOf(pickOf(element)),
  union: ({ options = [] }) => firstOf(options.map(pickOf)),
  record: ({ valueType }) => valueType && recordOf(pickOf(valueType)),
  object: ({ shape = {}, catchall }) => (catchall ? undefined : objectOf(shape)),
};

function oneOf(values: unknown[]): Pick {
  const allowed = new Set(values);
  return (value) => (allowed.has(value) ? value : miss);
}

function orElse(innerType: z.core.$ZodType | undefined, absent: null | undefined): Pick | undefined {
  if (!innerType) return undefined;
  const pick = pickOf(innerType);
  return (value) => (value === absent ? absent : pick(value));
}

function arrayOf(pick: Pick): Pick {
  return (value) => {
    if (!Array.isArray(value)) return miss;
    const copy = new Array(value.length);
    for (let at = 0; at < value.length; at++) {
      copy[at] = pick(value[at]);
      if (copy[at] === miss) return miss;
    }
    return copy;
  };
}

function firstOf(picks: Pick[]): Pick {
  return (value) => {
    for (const pick of picks) {
      const picked = pick(value);
      if (picked !== miss) return picked;
    }
    return miss;
  };
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function recordOf(pick: Pick): Pick {
  return (value) => {
    if (!isFields(value)) return miss;
    const copy: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
      if (name === "__proto__") continue; // setting it would change the prototype of the copy
      copy[name] = pick(value[name]);
      if (copy[name] === miss) return miss;
    }
    return copy;
  };
}

function objectOf(shape: Record<string, z.core.$ZodType>): Pick {
  const fields = Object.entries(shape).map(([name, schema]) => ({ name, pick: pickOf(schema) }));
  return (value) => {
    if (!isFields(value)) return miss;
    const copy: Record<string, unknown> = {};
    for (const { name, pick } of fields) {
      const picked = pick(value[name]);
      if (picked === miss) return miss;
      if (picked !== undefined) copy[name] = picked;
    }
    return copy;
  };
}

/** As much of a procedure of tRPC as is changed here. */
interface Procedure {
  _def: { procedure?: true; type: string; output?: unknown; middlewares: Middleware[] };
}

interface Middleware {
  (options: { next(): Promise<Result> }): Promise<Result>;
  _type?: string;
}

type Result = { ok: true; data: unknown } | { ok: false };

/**
 * Check the answers of these procedures with compiled schemas instead of zod. tRPC has no setting for it, so the
 * middleware that it made of `.output(schema)` is replaced.
 */
export function compileAnswers(procedures: Record<string, unknown>): void {
  for (const procedure of Object.values(procedures) as Procedure[]) {
    const { _def } = procedure;
    const { output } = _def;
    if (!_def.procedure || _def.type === "subscription" || !(output instanceof z.ZodType)) continue;
    const step = compiledStep(output);
    _def.middlewares = _def.middlewares.map((each) => (each._type === "output" ? step : each));
  }
}

function compiledStep(output: z.ZodType): Middleware {
  const answer = answerOf(output);
  const step: Middleware = async ({ next }) => {
    const result = await next();
    if (!result.ok) return result;
    try {
      return { ...result, data: answer(result.data) };
    } catch (cause) {
      throw new TRPCError({ message: "Output validation failed", code: "INTERNAL_SERVER_ERROR", cause });
    }
  };
  step._type = compiled;
  return step;
}

const compiled = "compiled output";

/** Whether the answer of a procedure is checked by its compiled schema. */
export function isCompiled(procedure: unknown): boolean {
  return (procedure as Procedure)._def.middlewares.some(({ _type }) => _type === compiled);
}
