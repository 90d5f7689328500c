import { openApiDocument } from "@/server/openapi/document";

export const dynamic = "force-dynamic";

/** The REST API, described completely. Public, as the product is. */
export function GET(): Response {
  return Response.json(openApiDocument(), { headers: { "cache-control": "public, max-age=300" } });
}
