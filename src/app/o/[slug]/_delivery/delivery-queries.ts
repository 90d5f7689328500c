import { isDecision } from "@/app/o/[slug]/_delivery/decision-pill";

/** The filters of the inbox, by their names in the address of the page. Empty: not asked for. */
export const noFilter = {
  search: "",
  decision: "",
  application: "",
  environment: "",
  provider: "",
  repository: "",
  event: "",
};
export type DeliveryFilter = typeof noFilter;

export function filterIn(query: { get(name: string): string | null }): DeliveryFilter {
  const entries = Object.keys(noFilter).map((name) => [name, query.get(name) ?? ""]);
  return { ...noFilter, ...Object.fromEntries(entries) };
}

export function isNarrow(filter: DeliveryFilter): boolean {
  return Object.values(filter).some(Boolean);
}

/** What the list asks for, on the server and in the browser alike. */
export function deliveriesOf(filter: DeliveryFilter) {
  const { decision, application, environment, provider, repository, event, search } = filter;
  return {
    limit: 30,
    applicationId: application || undefined,
    environmentId: environment || undefined,
    gitProviderId: provider || undefined,
    repository: repository.trim() || undefined,
    decision: isDecision(decision) ? decision : undefined,
    event: event.trim() || undefined,
    search: search.trim() || undefined,
  };
}

/** The newest delivery about an application, or of a provider. */
export function lastDeliveryOf(of: { applicationId: string } | { gitProviderId: string }) {
  return { ...of, limit: 1 };
}

/** The cursor option of infinite queries. */
export const nextPage = {
  getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor,
};
