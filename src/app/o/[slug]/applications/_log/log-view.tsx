"use client";
import { ArrowDownToLine, Copy, Download, WrapText } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { FeedState } from "@/app/o/[slug]/applications/_log/feed";
import { LogRows } from "@/app/o/[slug]/applications/_log/log-rows";
import { LogSearch } from "@/app/o/[slug]/applications/_log/log-search";
import { plainText, useHits } from "@/app/o/[slug]/applications/_log/use-hits";
import { useScroll } from "@/app/o/[slug]/applications/_log/use-scroll";
import type { LogLine } from "@/features/deployment/contract";
import { Button } from "@/ui/button";
import { cn } from "@/ui/class-names";
import { download } from "@/ui/download";
import { toastError, toastSuccess } from "@/ui/toast";

function textOf(lines: readonly LogLine[]): string {
  return lines.map((line) => `${plainText(line)}\n`).join("");
}

async function copyAll(lines: readonly LogLine[]): Promise<void> {
  try {
    await navigator.clipboard.writeText(textOf(lines));
    toastSuccess("Log copied");
  } catch {
    toastError("The browser did not allow copying. Download the log instead.");
  }
}

function downloadLog(lines: readonly LogLine[], name: string): void {
  download(`${name}.log`, new Blob([textOf(lines)], { type: "text/plain" }));
}

const modes: Record<FeedState["mode"], string> = {
  loading: "Loading…",
  live: "Live",
  polling: "Updating every 2 s",
  ended: "",
};

/** What the steps wrote, as it comes. Follows the end until someone scrolls up. */
export function LogView(props: { feed: FeedState; fileName: string; className?: string }) {
  const { lines, mode } = props.feed;
  const [wrap, setWrap] = useState(true);
  const box = useRef<HTMLInputElement>(null);
  const found = useHits(lines);
  const scroll = useScroll(lines, wrap);
  const { toLine } = scroll;

  const here = found.hits[found.current];
  const place = here && `${found.search} ${found.current}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines that come later do not pull back to the place
  useEffect(() => {
    if (here) toLine(here.line);
  }, [place]);
  function move(by: 1 | -1): void {
    const count = found.hits.length;
    if (count > 0) found.setCurrent((found.current + by + count) % count);
  }
  return (
    <section
      aria-label="Log"
      className={cn(
        "relative flex min-w-0 flex-col overflow-hidden rounded-md border bg-surface",
        props.className,
      )}
      // The browser's own search cannot see rows that are not drawn.
      onKeyDown={(event) => {
        if (event.key.toLowerCase() !== "f" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        box.current?.select();
      }}
    >
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b p-1.5">
        <LogSearch
          value={found.search}
          onChange={found.change}
          count={found.hits.length}
          current={found.current}
          onMove={move}
          box={box}
        />
        <span className="px-1 text-sm text-soft max-sm:hidden" aria-live="polite">
          {modes[mode]}
        </span>
        <div className="ml-auto flex gap-1">
          <Button
            look="quiet"
            size="smallIcon"
            aria-label="Wrap long lines"
            aria-pressed={wrap}
            title="Wrap long lines"
            className={cn(wrap && "bg-hover")}
            onClick={() => setWrap(!wrap)}
          >
            <WrapText aria-hidden="true" />
          </Button>
          <Button
            look="quiet"
            size="smallIcon"
            aria-label="Copy log"
            title="Copy log"
            disabled={lines.length === 0}
            onClick={() => copyAll(lines)}
          >
            <Copy aria-hidden="true" />
          </Button>
          <Button
            look="quiet"
            size="smallIcon"
            aria-label="Download log"
            title="Download log"
            disabled={lines.length === 0}
            onClick={() => downloadLog(lines, props.fileName)}
          >
            <Download aria-hidden="true" />
          </Button>
        </div>
      </div>
      <LogRows
        lines={lines}
        wrap={wrap}
        scroll={scroll}
        byLine={found.byLine}
        current={found.current}
        mode={mode}
      />
      {!scroll.following && lines.length > 0 && (
        <div className="absolute right-4 bottom-4">
          <Button size="small" className="bg-raised shadow-overlay" onClick={scroll.toEnd}>
            <ArrowDownToLine aria-hidden="true" />
            Jump to end
          </Button>
        </div>
      )}
    </section>
  );
}
