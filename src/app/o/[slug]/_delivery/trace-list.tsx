import { CircleCheck, CircleX, type LucideIcon, Minus } from "lucide-react";
import { ruleTitle } from "@/app/o/[slug]/_delivery/delivery-text";
import type { DryRunResult } from "@/features/delivery/contract";
import { cn } from "@/ui/class-names";
import { Sentence } from "@/ui/sentence";

export type TraceEntry = DryRunResult["items"][number]["trace"][number];

const marks: Record<TraceEntry["outcome"], { icon: LucideIcon; style: string; word: string }> = {
  pass: { icon: CircleCheck, style: "text-good", word: "passed" },
  skip: { icon: Minus, style: "text-soft", word: "not used" },
  stop: { icon: CircleX, style: "text-warn", word: "stopped here" },
};

/** Every rule that was looked at, in its order, with what it found. */
export function TraceList({ label, trace }: { label: string; trace: readonly TraceEntry[] }) {
  return (
    <ol aria-label={label} className="grid gap-1">
      {trace.map(({ rule, outcome, detail }, index) => {
        const { icon: Icon, style, word } = marks[outcome];
        return (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a rule may be looked at twice, and the list never moves
            key={index}
            className={cn(
              "grid grid-cols-[1rem_minmax(0,1fr)] gap-x-2.5 rounded-sm px-2 py-1 sm:grid-cols-[1rem_13rem_minmax(0,1fr)]",
              outcome === "stop" && "bg-warn-wash",
            )}
          >
            <Icon className={cn("mt-0.5 size-4", style)} aria-hidden="true" />
            <span className="font-medium">
              {ruleTitle(rule)} <span className={cn("text-sm font-normal", style)}>{word}</span>
            </span>
            <span className="text-soft max-sm:col-start-2">
              <Sentence text={detail} />
            </span>
          </li>
        );
      })}
    </ol>
  );
}
