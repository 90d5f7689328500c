"use client";
import type { ReactNode } from "react";
import { clientFault } from "@/client/fault";
import { ErrorPanel } from "@/ui/error-panel";
import { SkeletonRows } from "@/ui/skeleton";

/** What is used of a query, of one answer or of pages. */
interface Query<Data> {
  data: Data | undefined;
  isError: boolean;
  error: unknown;
  isFetching: boolean;
  refetch(): unknown;
}

/** The three states of a query: on its way, failed with a way on, there. */
export function Loaded<Data>(props: {
  query: Query<Data>;
  skeleton?: ReactNode;
  children(data: Data): ReactNode;
}) {
  const { query } = props;
  if (query.data !== undefined) return props.children(query.data);
  if (query.isError) {
    const fault = clientFault(query.error);
    return (
      <ErrorPanel
        message={fault.message}
        requestId={fault.requestId}
        busy={query.isFetching}
        onRetry={() => query.refetch()}
      />
    );
  }
  return props.skeleton ?? <SkeletonRows />;
}
