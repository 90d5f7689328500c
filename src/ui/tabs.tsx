"use client";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";

interface Tab {
  value: string;
  label: ReactNode;
  content: ReactNode;
}

const moves: Record<string, (at: number, count: number) => number> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Parts of one page, one at a time; the arrows move. For parts with addresses of their own use `LinkTabs`. */
export function TabSet(props: {
  label: string;
  tabs: Tab[];
  value?: string;
  onChange?(value: string): void;
}) {
  const id = useId();
  const [own, setOwn] = useState(props.tabs[0]?.value);
  const wanted = props.value ?? own;
  // The address may name a tab that is not there, or not for this person.
  const shown = props.tabs.find((tab) => tab.value === wanted) ?? props.tabs[0];
  const value = shown?.value;
  function choose(next: string): void {
    setOwn(next);
    props.onChange?.(next);
  }
  function onKeyDown(event: KeyboardEvent): void {
    const at = props.tabs.findIndex((tab) => tab.value === value);
    const next = props.tabs[moves[event.key]?.(at, props.tabs.length) ?? -1];
    if (!next) return;
    event.preventDefault();
    choose(next.value);
    document.getElementById(`${id}-${next.value}`)?.focus();
  }
  return (
    <>
      <div
        role="tablist"
        aria-label={props.label}
        onKeyDown={onKeyDown}
        className="mb-5 flex gap-3 overflow-x-auto border-b"
      >
        {props.tabs.map((tab) => (
          <button
            key={tab.value}
            type="button"
            role="tab"
            id={`${id}-${tab.value}`}
            aria-selected={tab.value === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.value === value ? 0 : -1}
            onClick={() => choose(tab.value)}
            className="h-10 rounded-sm px-1 whitespace-nowrap text-soft hover:text-ink focus-visible:outline-offset-[-2px] aria-selected:font-medium aria-selected:text-ink aria-selected:shadow-[inset_0_-2px_0_var(--accent-ink)]"
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${value}`}>
        {shown?.content}
      </div>
    </>
  );
}
