"use client";
import { lazy, Suspense } from "react";
import type { ConfirmDialogProps } from "@/ui/confirm-props";

const ConfirmContent = lazy(() =>
  import("@/ui/confirm-content").then((module) => ({ default: module.ConfirmContent })),
);

/** Asks before something stops, and says what. Its code comes when it is opened. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    props.open && (
      <Suspense>
        <ConfirmContent {...props} />
      </Suspense>
    )
  );
}
