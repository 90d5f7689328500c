import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** Nothing here yet: what it would be, and the one button that starts it. */
export function EmptyState(props: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  const Icon = props.icon;
  return (
    <div className="grid justify-items-center gap-2 rounded-md border border-dashed border-line-strong/50 bg-surface px-6 py-12 text-center">
      <span className="mb-1 grid size-10 place-items-center rounded-full bg-hover text-soft">
        <Icon className="size-5" aria-hidden="true" />
      </span>
      <h2 className="text-lg font-semibold">{props.title}</h2>
      {props.children && <div className="max-w-md text-soft">{props.children}</div>}
      {props.action && <div className="mt-3 flex flex-wrap justify-center gap-2">{props.action}</div>}
    </div>
  );
}
