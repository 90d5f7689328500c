/** A row of a list: the head of a group, or an item with its place among the items. */
export type Row<Item> = { kind: "head"; text: string } | { kind: "item"; item: Item; index: number };

/** The items with a head before each group; the items come sorted by it. */
export function rowsOf<Item>(items: readonly Item[], groupOf?: (item: Item) => string): Row<Item>[] {
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
