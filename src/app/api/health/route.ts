export const dynamic = "force-dynamic";

/** The process is alive and answers. Whether it can work is /api/ready. */
export function GET(): Response {
  return Response.json({ status: "ok" }, { headers: { "cache-control": "no-store" } });
}
