import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/ui/class-names";

export type Tone = "neutral" | "accent" | "good" | "warn" | "bad";

const tones: Record<Tone, string> = {
  neutral: "bg-hover text-soft",
  accent: "bg-accent-wash text-accent-ink",
  good: "bg-good-wash text-good",
  warn: "bg-warn-wash text-warn",
  bad: "bg-bad-wash text-bad",
};

export function Badge(props: { tone?: Tone; className?: string; title?: string; children: ReactNode }) {
  return (
    <span
      title={props.title}
      className={cn(
        "inline-flex h-5 shrink-0 items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap",
        tones[props.tone ?? "neutral"],
        props.className,
      )}
    >
      {props.children}
    </span>
  );
}

/** A state: colour, icon and word together, so that none of them is needed alone. */
export function StatusPill(props: {
  tone: Tone;
  icon: LucideIcon;
  word: string;
  spin?: boolean;
  title?: string;
}) {
  const Icon = props.icon;
  return (
    <Badge tone={props.tone} title={props.title} className="h-6 pr-2.5">
      <Icon className={cn("size-3.5", props.spin && "animate-spin")} aria-hidden="true" />
      {props.word}
    </Badge>
  );
}
