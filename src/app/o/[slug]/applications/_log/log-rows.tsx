"use client";
import type { FeedState } from "@/app/o/[slug]/applications/_log/feed";
import type { Hit } from "@/app/o/[slug]/applications/_log/find";
import { LogText } from "@/app/o/[slug]/applications/_log/log-line";
import { lineHeight, type useScroll } from "@/app/o/[slug]/applications/_log/use-scroll";
import type { LogLine } from "@/features/deployment/contract";
import { cn } from "@/ui/class-names";

const streams: Record<LogLine["stream"], string> = {
  out: "",
  err: "shadow-[inset_2px_0_0_var(--warn)]",
  info: "text-accent-ink",
};

const none: readonly { hit: Hit; index: number }[] = [];

/** The visible lines. Their numbers are links, so that a line can be shared. */
export function LogRows(props: {
  lines: readonly LogLine[];
  wrap: boolean;
  scroll: ReturnType<typeof useScroll>;
  byLine: ReadonlyMap<number, { hit: Hit; index: number }[]>;
  current: number;
  mode: FeedState["mode"];
}) {
  const { lines, wrap, scroll, byLine } = props;
  const { window } = scroll;
  const digits = Math.max(3, String(lines.length).length);
  return (
    <section
      ref={scroll.scroller}
      onScroll={scroll.onScroll}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Log lines"
      className="min-h-0 flex-1 overflow-auto overscroll-contain font-mono text-[12.5px] leading-5 focus-visible:outline-offset-[-2px]"
    >
      {lines.length === 0 && (
        <p className="px-4 py-3 font-sans text-base text-soft">
          {props.mode === "ended" ? "This deployment wrote nothing." : "Waiting for the first line…"}
        </p>
      )}
      <div className="relative min-w-full" style={{ height: scroll.total }}>
        {window.rows.map(({ index, start }) => {
          const line = lines[index];
          return (
            line && (
              <div
                // A row is measured when it is mounted: one that moves, because earlier lines came later, is mounted anew.
                key={`${index} ${line.id}`}
                ref={wrap ? window.measure : undefined}
                data-index={index}
                style={{ transform: `translateY(${start}px)`, minHeight: lineHeight }}
                className={cn(
                  "absolute top-0 left-0 flex min-w-full",
                  wrap ? "w-full" : "w-max",
                  index === scroll.marked ? "bg-accent-wash" : "hover:bg-hover/60",
                )}
              >
                <a
                  href={`#L${index + 1}`}
                  tabIndex={-1}
                  aria-label={`Line ${index + 1}`}
                  className="shrink-0 px-2 text-right text-soft tabular-nums select-none hover:text-ink"
                  style={{ width: `calc(${digits}ch + 1rem)` }}
                >
                  {index + 1}
                </a>
                <span
                  className={cn(
                    "min-w-0 flex-1 px-2 [tab-size:4]",
                    wrap ? "whitespace-pre-wrap" : "whitespace-pre",
                    streams[line.stream],
                  )}
                >
                  <LogText line={line} hits={byLine.get(index) ?? none} current={props.current} />
                </span>
              </div>
            )
          );
        })}
      </div>
    </section>
  );
}
