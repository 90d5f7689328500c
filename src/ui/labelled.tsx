import type { ReactNode } from "react";

/** A control of a row of filters under its label. */
export function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className="grid min-w-0 gap-1 text-sm text-soft">
      {label}
      {children}
    </label>
  );
}
