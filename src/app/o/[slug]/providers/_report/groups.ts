import type { Check, CheckId } from "@/providers/connection/report";

/** The parts of a connection report, in the order in which they can fail. */
const groups: { title: string; ids: CheckId[] }[] = [
  { title: "Reach", ids: ["address", "dns", "tls", "reachable", "clock"] },
  { title: "Sign in", ids: ["credential", "expiry", "account"] },
  { title: "Permissions", ids: ["scopes", "organization"] },
  { title: "Features", ids: ["repositories", "branches", "gitRead", "webhooks", "commitStatus"] },
];

export interface Group {
  title: string;
  checks: Check[];
}

/** The checks of a report by part. A check that no part names stands with the last one. */
export function grouped(checks: readonly Check[]): Group[] {
  const named = new Set(groups.flatMap((group) => group.ids));
  return groups.map(({ title, ids }, index) => ({
    title,
    checks: checks.filter(({ id }) => ids.includes(id) || (index === groups.length - 1 && !named.has(id))),
  }));
}

/** How many lines each part will have, for the stand-in while a test runs. */
export const groupSizes = groups.map(({ title, ids }) => ({ title, lines: ids.length }));
