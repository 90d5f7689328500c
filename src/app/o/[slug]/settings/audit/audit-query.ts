/** What the page asks for, on the server and in the browser alike. */
export interface AuditQuery {
  actor?: string;
  action?: string;
  result?: "ok" | "denied" | "failed";
  target?: string;
  from?: string;
  to?: string;
  limit: number;
}

export const firstAuditQuery: AuditQuery = { limit: 50 };

export const nextPage = {
  getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined,
};

/** The days of the two date fields as instants of this browser: `to` is the end of its day. */
export function spanOf(from: string, to: string): { from?: string; to?: string } {
  return { from: startOf(from, 0), to: startOf(to, 1) };
}

function startOf(day: string, later: number): string | undefined {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return undefined;
  return new Date(year, month - 1, date + later).toISOString();
}
