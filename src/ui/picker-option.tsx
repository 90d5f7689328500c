import type { CSSProperties, ReactNode } from "react";
import { cn } from "@/ui/class-names";

/** The head of a group, between the options. */
export function PickerHead({ text, place }: { text: string; place: CSSProperties }) {
  return (
    <div
      role="presentation"
      style={place}
      className="absolute inset-x-0 top-0 flex items-end px-4 pb-1 text-xs font-medium text-soft"
    >
      {text}
    </div>
  );
}

/** One row that can be picked with the pointer. */
export function PickerOption(props: {
  id: string;
  /** Its place among the items, from 0. */
  index: number;
  /** Of all items; -1 while more may come. */
  count: number;
  state: { active: boolean; picked: boolean };
  place: CSSProperties;
  onPick(): void;
  onPoint(): void;
  children: ReactNode;
}) {
  const { active, picked } = props.state;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the search box, which keeps the focus
    <div
      id={props.id}
      role="option"
      tabIndex={-1}
      aria-selected={picked}
      aria-posinset={props.index + 1}
      aria-setsize={props.count}
      style={props.place}
      onClick={props.onPick}
      onMouseMove={props.onPoint}
      className={cn(
        "absolute inset-x-0 top-0 flex cursor-pointer items-center px-4",
        active && "bg-hover",
        picked && "bg-accent-wash",
      )}
    >
      {props.children}
    </div>
  );
}
