import type { ReactNode } from "react";
import { cn } from "@/ui/class-names";

export interface Column<Row> {
  key: string;
  title: string;
  cell(row: Row): ReactNode;
  /** Hide the title, for a column of buttons. */
  silent?: boolean;
  /** The column that names the row; on a phone it is the head of the card. */
  lead?: boolean;
  align?: "end";
  className?: string;
}

/** Rows and columns; below 640 px each row is a card with its titles beside the values. */
export function DataTable<Row>(props: {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey(row: Row): string;
  className?: string;
}) {
  return (
    <div className={cn("sm:overflow-x-auto sm:rounded-md sm:border sm:bg-surface", props.className)}>
      <table className="w-full max-sm:block">
        <caption className="sr-only">{props.caption}</caption>
        <thead className="max-sm:sr-only">
          <tr className="border-b text-left text-sm text-soft">
            {props.columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={cn(
                  "h-10 px-3 first:pl-4 last:pr-4 font-medium whitespace-nowrap",
                  column.align === "end" && "text-right",
                )}
              >
                {column.silent ? <span className="sr-only">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="max-sm:grid max-sm:grid-cols-1 max-sm:gap-3 sm:divide-y">
          {props.rows.map((row) => (
            <tr
              key={props.rowKey(row)}
              className="relative max-sm:block max-sm:rounded-md max-sm:border max-sm:bg-surface max-sm:px-4 max-sm:py-3 sm:hover:bg-hover/50"
            >
              {props.columns.map((column) => (
                <Cell key={column.key} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  return (
    <td
      className={cn(
        "sm:h-14 sm:px-3 sm:py-2 sm:first:pl-4 sm:last:pr-4",
        column.lead
          ? "max-sm:block max-sm:pb-1"
          : "max-sm:flex max-sm:min-h-7 max-sm:items-center max-sm:gap-3",
        column.align === "end" && "sm:text-right",
        column.className,
      )}
    >
      {!column.lead && !column.silent && (
        <span className="w-28 shrink-0 text-sm text-soft sm:hidden" aria-hidden="true">
          {column.title}
        </span>
      )}
      {column.cell(row)}
    </td>
  );
}
