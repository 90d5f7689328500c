import { z } from "zod";
import { parseJson } from "@/rpc/body";

/** A part of a JSON schema, as far as it matters here. */
interface Part {
  type?: string | string[];
  anyOf?: Part[];
  oneOf?: Part[];
  allOf?: Part[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Part>;
  items?: Part;
  $ref?: string;
  $defs?: Record<string, Part>;
}

const known = new WeakMap<z.ZodType, Part>();

/**
 * The input of a query from the parameters of its URL, with each text turned into what the schema wants there:
 * numbers, booleans, lists (by repeating the name) and JSON for objects. What does not fit stays text, for the schema
 * to refuse. `input` with JSON is taken as the whole input.
 * @throws Fault `invalid_input` when `input` is not JSON
 */
export function queryInput(schema: z.ZodType | null, params: URLSearchParams): unknown {
  const whole = params.get("input");
  if (whole !== null) return parseJson(whole);
  const root = schema ? partOf(schema) : {};
  const names = [...new Set(params.keys())].filter((name) => Object.hasOwn(root.properties ?? {}, name));
  return Object.fromEntries(
    names.map((name) => [name, coerce(root, root.properties?.[name], params.getAll(name))]),
  );
}

function partOf(schema: z.ZodType): Part {
  const part = known.get(schema) ?? (z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Part);
  known.set(schema, part);
  return part;
}

function coerce(root: Part, part: Part | undefined, texts: string[]): unknown {
  const types = part ? typesOf(root, part) : new Set<string>();
  if (types.has("array")) return texts.map((text) => coerceOne(itemTypes(root, part), text));
  return coerceOne(types, texts.at(-1) ?? "");
}

function itemTypes(root: Part, part: Part | undefined): Set<string> {
  const list = [part, ...(part?.anyOf ?? [])].find((each) => each?.items);
  return list?.items ? typesOf(root, list.items) : new Set();
}

function coerceOne(types: ReadonlySet<string>, text: string): unknown {
  if (types.has("string")) return text;
  const isNumber = types.has("number") || types.has("integer");
  if (isNumber && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  if (types.has("boolean") && /^(true|false)$/.test(text)) return text === "true";
  if (types.has("null") && text === "") return null;
  if (types.has("object") && /^\s*\{/.test(text)) return parseJson(text);
  return text;
}

/** Every JSON type that may stand at a place, through references and alternatives. */
function typesOf(root: Part, part: Part, depth = 0): Set<string> {
  if (depth > 8) return new Set();
  const target = part.$ref ? root.$defs?.[part.$ref.replace("#/$defs/", "")] : part;
  if (!target) return new Set();
  const own = [target.type ?? (target.enum ? target.enum.map((value) => typeof value) : [])].flat();
  const inner = [...(target.anyOf ?? []), ...(target.oneOf ?? []), ...(target.allOf ?? [])];
  return new Set([...own, ...inner.flatMap((each) => [...typesOf(root, each, depth + 1)])]);
}
