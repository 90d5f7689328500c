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
import { useRowWindow } from "@/ui/row-window";

type Row<Item> = { kind: "head"; text: string } | { kind: "item"; item: Item; index: number };

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

function rowsOf<Item>(items: readonly Item[], groupOf?: (item: Item) => string): Row<Item>[] {
  const rows: Row<Item>[] = [];
  let last: string | undefined;
  items.forEach((item, index) => {
    const group = groupOf?.(item);
    if (group !== undefined && group !== last) rows.push({ kind: "head", text: group });
    last = group;
    rows.push({ kind: "item", item, index });
  });
  return rows;
}

/** Where a key leads in a list of `count`; null when the key is not for the list. */
export function nextActive(key: string, active: number, count: number): number | null {
  const page = 8;
  const moves: Record<string, number> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page,
    PageUp: active - page,
  };
  const wanted = moves[key];
  return wanted === undefined || count === 0 ? null : Math.max(0, Math.min(count - 1, wanted));
}

/** A search box over a list of any length. Arrows move, Enter picks; only the rows in sight are drawn. */
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
              if (row.kind === "head") {
                return (
                  <div
                    key={`head ${row.text} ${index}`}
                    role="presentation"
                    style={place}
                    className="absolute inset-x-0 top-0 flex items-end px-4 pb-1 text-xs font-medium text-soft"
                  >
                    {row.text}
                  </div>
                );
              }
              const picked = props.isPicked?.(row.item) ?? false;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the search box, which keeps the focus
                <div
                  key={props.keyOf(row.item)}
                  id={`${id}-${row.index}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={picked}
                  aria-posinset={row.index + 1}
                  aria-setsize={onEnd ? -1 : items.length}
                  style={place}
                  onClick={() => props.onPick(row.item)}
                  onMouseMove={() => setActive(row.index)}
                  className={cn(
                    "absolute inset-x-0 top-0 flex cursor-pointer items-center px-4",
                    row.index === active && "bg-hover",
                    picked && "bg-accent-wash",
                  )}
                >
                  {props.render(row.item, { active: row.index === active, picked })}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {props.below && <div className="border-t px-4 py-2 text-sm text-soft">{props.below}</div>}
    </div>
  );
}
