"use client";
import { ChevronDown, ChevronUp, Search } from "lucide-react";
import type { KeyboardEvent, Ref } from "react";
import { mostHits } from "@/app/o/[slug]/applications/_log/find";
import { Button } from "@/ui/button";
import { Input } from "@/ui/input";

/** The search box of a log: Enter goes to the next match, Shift-Enter to the previous one. */
export function LogSearch(props: {
  value: string;
  onChange(value: string): void;
  count: number;
  /** The match shown, counted from 0. */
  current: number;
  onMove(by: 1 | -1): void;
  box: Ref<HTMLInputElement>;
}) {
  const { value, count, current, onMove } = props;
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape") props.onChange("");
    if (event.key !== "Enter") return;
    event.preventDefault();
    onMove(event.shiftKey ? -1 : 1);
  }
  return (
    <search className="flex min-w-0 flex-1 basis-56 items-center gap-1">
      <div className="relative min-w-0 flex-1 sm:max-w-64">
        <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-soft" aria-hidden="true" />
        <Input
          ref={props.box}
          aria-label="Search the log"
          placeholder="Search the log"
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(event) => props.onChange(event.target.value)}
          onKeyDown={onKeyDown}
          className="h-8 pl-8"
        />
      </div>
      {value !== "" && (
        <>
          <span className="tabular px-1 text-sm whitespace-nowrap text-soft" aria-live="polite">
            {count === 0 ? "0 found" : `${current + 1} of ${count}${count === mostHits ? "+" : ""}`}
          </span>
          <Button
            look="quiet"
            size="smallIcon"
            aria-label="Previous match"
            disabled={count === 0}
            onClick={() => onMove(-1)}
          >
            <ChevronUp aria-hidden="true" />
          </Button>
          <Button
            look="quiet"
            size="smallIcon"
            aria-label="Next match"
            disabled={count === 0}
            onClick={() => onMove(1)}
          >
            <ChevronDown aria-hidden="true" />
          </Button>
        </>
      )}
    </search>
  );
}
