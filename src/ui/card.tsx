import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/ui/class-names";

export function Card({ className, ...rest }: ComponentProps<"div">) {
  return <div {...rest} className={cn("rounded-md border bg-surface", className)} />;
}

/** A titled part of a page. `actions` stand at the end of the title's line. */
export function Section(props: {
  title: string;
  hint?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={cn("grid grid-cols-1 gap-3", props.className)}>
      <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h2 className="text-lg font-semibold">{props.title}</h2>
          {props.hint && <p className="max-w-prose text-soft">{props.hint}</p>}
        </div>
        {props.actions && <div className="flex flex-wrap gap-2">{props.actions}</div>}
      </div>
      {props.children}
    </section>
  );
}
