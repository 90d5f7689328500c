import type { ReactNode } from "react";

/** One entry of a description list: what it is, and its value. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid min-w-0 content-start gap-0.5">
      <dt className="text-sm text-soft">{label}</dt>
      <dd className="flex min-h-6 min-w-0 flex-wrap items-center gap-x-1.5">{children}</dd>
    </div>
  );
}
