import type { z } from "zod";
import { TypeFields } from "@/features/git-provider/contract";
import { type ProviderType, registry } from "@/providers/registry";

/**
 * The shape of an answer with a key for each type of the registry. The contract, which pages load, names those that
 * the API promises; a type that is added has its key from here.
 */
export function withTypes<Shape extends z.ZodObject>(shape: Shape): Shape {
  const added = Object.keys(registry).filter((type) => !(type in shape.shape));
  if (added.length === 0) return shape;
  const keys = Object.fromEntries(added.map((type) => [type, TypeFields.nullable()]));
  return shape.extend(keys) as unknown as Shape;
}

/** The key of every type, for the one that is set to be laid over. */
export const noTypes = Object.fromEntries(Object.keys(registry).map((type) => [type, null])) as Record<
  ProviderType,
  null
>;
