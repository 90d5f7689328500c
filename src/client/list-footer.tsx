"use client";
import { RotateCw, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { clientFault } from "@/client/fault";
import type { useRepositories } from "@/client/use-repositories";
import { Button } from "@/ui/button";
import { RelativeTime } from "@/ui/relative-time";
import { Sentence } from "@/ui/sentence";
import { toastError } from "@/ui/toast";

interface Length {
  total?: number;
  shown: number;
  hasMore: boolean;
  /** The host does not list everything. */
  isCut?: boolean;
}

/**
 * The length of a list as text. Where the host gives no total: at least what was shown, and more if another page
 * follows or something is missing.
 */
export function lengthOf(list: Length): string {
  if (list.total !== undefined && list.total >= list.shown) return `${list.total} in all`;
  return list.hasMore || list.isCut ? `more than ${list.shown}` : `${list.shown} in all`;
}

/** Why a list lacks something. Nothing where it lacks nothing. */
export function Incomplete({ reason }: { reason: { message: string } | undefined }) {
  if (!reason) return null;
  return (
    <p role="status" className="flex items-start gap-1.5">
      <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />
      <span>
        Not everything is listed. <Sentence text={reason.message} />
      </span>
    </p>
  );
}

/** Below a list of repositories: its length, what is missing, its age, and a button to refresh it. */
export function ListFooter({ list }: { list: ReturnType<typeof useRepositories> }) {
  const [busy, setBusy] = useState(false);
  async function refresh(): Promise<void> {
    setBusy(true);
    await list.refresh().catch((error: unknown) => toastError(clientFault(error).message));
    setBusy(false);
  }
  const { total, fetchedAt, incomplete, repositories, query } = list;
  return (
    <div className="grid gap-1">
      <Incomplete reason={incomplete} />
      <div className="flex items-center justify-between gap-3">
        <span className="tabular">
          {query.isSuccess &&
            lengthOf({
              total,
              shown: repositories.length,
              hasMore: query.hasNextPage,
              isCut: incomplete !== undefined,
            })}
          {fetchedAt && (
            <>
              {" · "}updated <RelativeTime at={fetchedAt} />
            </>
          )}
        </span>
        <Button look="quiet" size="small" busy={busy} onClick={refresh}>
          <RotateCw aria-hidden="true" />
          Refresh
        </Button>
      </div>
    </div>
  );
}
