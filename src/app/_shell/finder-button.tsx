"use client";
import { Search } from "lucide-react";
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { Button } from "@/ui/button";

// Most visits never open it, so its code is not part of the first load.
const Finder = dynamic(() => import("@/app/_shell/finder").then((module) => module.Finder), {
  ssr: false,
});

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"))
  );
}

function opens(event: KeyboardEvent): boolean {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) return true;
  return event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
}

/** Opens the finder, also by `/` and Ctrl-K. Only the wide one listens for the keys, since both are on the page. */
export function FinderButton({ compact }: { compact?: boolean }) {
  const [open, setOpen] = useState(false);
  const [used, setUsed] = useState(false);
  useEffect(() => {
    if (compact) return;
    function listen(event: KeyboardEvent): void {
      if (!opens(event)) return;
      event.preventDefault();
      setUsed(true);
      setOpen(true);
    }
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [compact]);
  function show(): void {
    setUsed(true);
    setOpen(true);
  }
  return (
    <>
      {compact ? (
        <Button look="quiet" size="icon" aria-label="Search" onClick={show}>
          <Search />
        </Button>
      ) : (
        <Button
          className="w-full justify-start font-normal text-soft"
          onClick={show}
          aria-keyshortcuts="/ Control+K"
        >
          <Search aria-hidden="true" />
          Search
          <kbd className="ml-auto rounded-sm border px-1.5 font-sans text-xs">/</kbd>
        </Button>
      )}
      {used && <Finder open={open} onOpenChange={setOpen} />}
    </>
  );
}
