import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/ui/class-names";

/** A link that leaves Slipway. An address that is not http(s), as a hostile answer could hold, becomes plain text. */
export function HostLink(props: {
  href: string | null | undefined;
  children: ReactNode;
  className?: string;
}) {
  if (!props.href || !/^https?:\/\//i.test(props.href))
    return <span className={props.className}>{props.children}</span>;
  return (
    <a
      href={props.href}
      target="_blank"
      rel="noreferrer noopener"
      className={cn("text-accent-ink underline-offset-4 hover:underline", props.className)}
    >
      {props.children}
      <ExternalLink className="ml-1 inline size-3.5 align-[-2px]" aria-hidden="true" />
      <span className="sr-only"> (opens in a new tab)</span>
    </a>
  );
}
