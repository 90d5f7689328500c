import type { ComponentProps } from "react";
import { cn } from "@/ui/class-names";

const box =
  "w-full min-w-0 rounded-md border border-line-strong/60 bg-surface px-3 text-ink placeholder:text-soft transition-colors hover:border-line-strong focus-visible:border-accent-ink focus-visible:outline-offset-0 disabled:bg-hover disabled:text-soft aria-invalid:border-bad";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input {...rest} className={cn(box, "h-9", className)} />;
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea rows={4} {...rest} className={cn(box, "py-2", className)} />;
}

/** A native select: works by keyboard and on phones without script of ours. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return <select {...rest} className={cn(box, "h-9 pr-8", className)} />;
}

/** A tick with its words; `hint` is a second, quieter line. */
export function Checkbox({
  label,
  hint,
  className,
  ...rest
}: Omit<ComponentProps<"input">, "type"> & { label: React.ReactNode; hint?: React.ReactNode }) {
  return (
    <label className={cn("flex items-start gap-2.5 py-1", className)}>
      <input {...rest} type="checkbox" className="mt-0.5 size-4 shrink-0 accent-accent" />
      <span>
        {label}
        {hint && <span className="block text-sm text-soft">{hint}</span>}
      </span>
    </label>
  );
}
