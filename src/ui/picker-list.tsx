"use client";
import { Search } from "lucide-react";
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { cn } from "@/ui/class-names";
import { Input } from "@/ui/input";
import { PickerHead, PickerOption } from "@/ui/picker-option";
import { nextActive, rowsOf } from "@/ui/picker-rows";
import { useRowWindow } from "@/ui/row-window";

export interface PickerListProps<Item> {
  /** What is picked here, for readers: "Repository". */
  label: string;
  placeholder?: string;
  search: string;
  onSearch(search: string): void;
  items: readonly Item[];
  keyOf(item: Item): string;
  /** Rows of one group under a head; the items come sorted by it. */
  groupOf?(item: Item): string;
  render(item: Item, state: { active: boolean; picked: boolean }): ReactNode;
  isPicked?(item: Item): boolean;
  onPick(item: Item): void;
  /** Called when the end is near; may be called again. */
  onEnd?(): void;
  /** Instead of rows: nothing found, still loading, failed. */
  empty?: ReactNode;
  /** Between the search box and the rows, filters for example. */
  above?: ReactNode;
  below?: ReactNode;
  rowHeight?: number;
  className?: string;
  autoFocus?: boolean;
}

/** A search box over a list of any length. Arrows move, Enter picks; only the visible rows are drawn. */
export function PickerList<Item>(props: PickerListProps<Item>) {
  const { items, groupOf, onEnd, rowHeight = 52 } = props;
  const id = useId();
  const [active, setActive] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(items, groupOf), [items, groupOf]);
  const heightOf = useCallback(
    (index: number) => (rows[index]?.kind === "head" ? 32 : rowHeight),
    [rows, rowHeight],
  );
  const {
    rows: shown,
    total,
    scrollToIndex,
  } = useRowWindow({ count: rows.length, heightOf, scroller, overscan: 8 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search begins at the top
  useEffect(() => setActive(0), [props.search]);
  const lastShown = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && lastShown >= rows.length - 10) onEnd?.();
  }, [lastShown, rows.length, onEnd]);

  function onKeyDown(event: KeyboardEvent): void {
    const item = items[active];
    if (event.key === "Enter" && item !== undefined) {
      event.preventDefault();
      props.onPick(item);
    }
    const next = nextActive(event.key, active, items.length);
    if (next === null) return;
    event.preventDefault();
    setActive(next);
    scrollToIndex(rows.findIndex((row) => row.kind === "item" && row.index === next));
  }

  return (
    <div
      className={cn(
        "grid grid-rows-[auto_auto_1fr_auto] overflow-hidden rounded-md border bg-surface",
        props.className,
      )}
    >
      <div className="relative border-b">
        <Search className="pointer-events-none absolute top-3 left-3.5 size-4 text-soft" aria-hidden="true" />
        <Input
          role="combobox"
          aria-label={`Search ${props.label.toLowerCase()}`}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={items.length > 0 ? `${id}-${active}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          autoFocus={props.autoFocus}
          value={props.search}
          placeholder={props.placeholder ?? "Search"}
          onChange={(event) => props.onSearch(event.target.value)}
          onKeyDown={onKeyDown}
          className="h-10 rounded-none border-0 pl-10 focus-visible:outline-offset-[-2px]"
        />
      </div>
      <div>{props.above}</div>
      <div className="relative min-h-40 overflow-hidden">
        {items.length === 0 && (
          <div className="absolute inset-0 overflow-y-auto px-4 py-8 text-center text-soft">
            {props.empty}
          </div>
        )}
        <div
          ref={scroller}
          id={`${id}-list`}
          role="listbox"
          aria-label={props.label}
          className={cn("h-full overflow-y-auto", items.length === 0 && "invisible")}
        >
          <div role="presentation" className="relative" style={{ height: total }}>
            {shown.map(({ index, start, size }) => {
              const row = rows[index];
              const place = { height: size, transform: `translateY(${start}px)` };
              if (!row) return null;
              if (row.kind === "head")
                return <PickerHead key={`head ${row.text} ${index}`} text={row.text} place={place} />;
              const picked = props.isPicked?.(row.item) ?? false;
              const state = { active: row.index === active, picked };
              return (
                <PickerOption
                  key={props.keyOf(row.item)}
                  id={`${id}-${row.index}`}
                  index={row.index}
                  count={onEnd ? -1 : items.length}
                  state={state}
                  place={place}
                  onPick={() => props.onPick(row.item)}
                  onPoint={() => setActive(row.index)}
                >
                  {props.render(row.item, state)}
                </PickerOption>
              );
            })}
          </div>
        </div>
      </div>
      {props.below && <div className="border-t px-4 py-2 text-sm text-soft">{props.below}</div>}
    </div>
  );
}
