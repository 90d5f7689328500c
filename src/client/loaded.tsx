"use client";
import type { ReactNode } from "react";
import { clientFault } from "@/client/fault";
import { ErrorPanel } from "@/ui/error-panel";
import { SkeletonRows } from "@/ui/skeleton";

/** The part of a query, plain or infinite, that is used here. */
interface Query<Data> {
  data: Data | undefined;
  isError: boolean;
  error: unknown;
  isFetching: boolean;
  refetch(): unknown;
}

/** The three states of a query: loading, failed with a button to retry, and loaded. */
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
