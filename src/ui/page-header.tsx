import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "@/ui/link";

/** Title of a page, the way back above it, its main actions beside it. */
export function PageHeader(props: {
  title: ReactNode;
  /** Before the title, a logo for example. */
  mark?: ReactNode;
  hint?: ReactNode;
  actions?: ReactNode;
  trail?: { label: string; href: string }[];
}) {
  return (
    <header className="mb-6 grid gap-1">
      {props.trail && (
        <nav aria-label="Breadcrumb" className="flex flex-wrap items-center gap-1 text-sm text-soft">
          {props.trail.map((step) => (
            <span key={step.href} className="inline-flex items-center gap-1">
              <Link href={step.href} className="hover:text-ink hover:underline">
                {step.label}
              </Link>
              <ChevronRight className="size-3.5" aria-hidden="true" />
            </span>
          ))}
        </nav>
      )}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <div className="flex min-w-0 flex-1 basis-40 items-center gap-3">
          {props.mark}
          <h1 className="min-w-0 text-xl font-semibold">{props.title}</h1>
        </div>
        {props.actions && <div className="flex flex-wrap items-center gap-2">{props.actions}</div>}
      </div>
      {props.hint && <div className="max-w-prose text-soft">{props.hint}</div>}
    </header>
  );
}
