import { z } from "zod";
import { ReasonShape } from "@/lib/shape";

/** A host of a provider type, as a page offers it. */
export const HostShape = z.object({
  label: z.string(),
  baseUrl: z.string().optional(),
  logo: z.string(),
  needsAddress: z.boolean().optional(),
  address: z.object({ placeholder: z.string(), help: z.string() }).optional(),
  domains: z.array(z.string()).optional(),
  aliases: z.array(z.string()).optional(),
  methods: z.array(z.string()).optional(),
  pathFields: z.array(z.string()).optional(),
  pages: z.array(z.string()).optional(),
  beforeOwner: z.array(z.string()).optional(),
  pathPatterns: z.array(z.string()).optional(),
});

export const IdentifyHost = z.object({ address: z.string().min(1).max(2048) });
export type IdentifyHost = z.infer<typeof IdentifyHost>;

/** The product that answers at an address, and the value for the URL field of its form. */
export const IdentifiedHost = z.object({
  /** A provider type and the label of one of its hosts; null when no known product answered. */
  type: z.string().nullable(),
  host: z.string().nullable(),
  /** The address of the host, for its URL field. */
  url: z.string().nullable(),
  product: z.string().nullable(),
  version: z.string().nullable(),
  /** Why nothing was recognized, and what to do. */
  reason: ReasonShape.nullable(),
});
export type IdentifiedHost = z.infer<typeof IdentifiedHost>;
