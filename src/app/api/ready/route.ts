import { readiness } from "@/server/readiness";

export const dynamic = "force-dynamic";

/** Whether this process can do its work: 200, or 503 with a reason for each part that cannot. */
export async function GET(): Promise<Response> {
  const answer = await readiness();
  const status = answer.ready ? 200 : 503;
  return Response.json(answer, { status, headers: { "cache-control": "no-store" } });
}
