"use client";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useFocusAfter } from "@/ui/focus-after";

/** A bar across the top of a page: why its calls are refused, and what to do. */
export function Bar(props: { icon: LucideIcon; children: ReactNode; actions: ReactNode }) {
  const Icon = props.icon;
  const part = useFocusAfter<HTMLDivElement>();
  return (
    <div
      ref={part}
      role="alert"
      className="sticky top-14 z-20 flex flex-wrap items-center gap-x-4 gap-y-2 border-b bg-warn-wash px-4 py-3 md:top-0 md:px-8"
    >
      <Icon className="size-4 shrink-0 text-warn" aria-hidden="true" />
      <p className="min-w-0 flex-1 basis-60">{props.children}</p>
      <div className="flex flex-wrap gap-2">{props.actions}</div>
    </div>
  );
}
