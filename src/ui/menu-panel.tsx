"use client";
import { Check } from "lucide-react";
import Link from "next/link";
import * as Dropdown from "radix-ui/dropdown-menu";
import { cn } from "@/ui/class-names";
import type { MenuEntry, MenuProps } from "@/ui/menu-entry";

const row =
  "flex min-h-9 cursor-pointer items-center gap-2.5 rounded-sm px-2.5 outline-none data-highlighted:bg-hover data-disabled:cursor-not-allowed data-disabled:text-soft [&_svg]:size-4 [&_svg]:shrink-0";

function Item({ entry }: { entry: Extract<MenuEntry, { kind: "item" }> }) {
  const Icon = entry.icon;
  const inside = (
    <>
      {Icon && <Icon aria-hidden="true" />}
      {entry.label}
    </>
  );
  return (
    <Dropdown.Item
      asChild={entry.href !== undefined}
      disabled={entry.disabled}
      onSelect={entry.onSelect}
      className={cn(row, entry.danger && "text-bad data-highlighted:bg-bad-wash")}
    >
      {entry.href === undefined ? inside : <Link href={entry.href}>{inside}</Link>}
    </Dropdown.Item>
  );
}

function Choice({ entry }: { entry: Extract<MenuEntry, { kind: "choice" }> }) {
  return (
    <Dropdown.RadioGroup value={entry.value} onValueChange={entry.onChange}>
      {entry.options.map(({ value, label, icon: Icon }) => (
        <Dropdown.RadioItem key={value} value={value} className={row}>
          {Icon && <Icon aria-hidden="true" />}
          <span className="min-w-0 flex-1">{label}</span>
          <Dropdown.ItemIndicator>
            <Check aria-hidden="true" />
          </Dropdown.ItemIndicator>
        </Dropdown.RadioItem>
      ))}
    </Dropdown.RadioGroup>
  );
}

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry.kind === "item") return <Item entry={entry} />;
  if (entry.kind === "choice") return <Choice entry={entry} />;
  if (entry.kind === "line") return <Dropdown.Separator className="my-1 h-px bg-line" />;
  return <Dropdown.Label className="px-2.5 pt-2 pb-1 text-xs text-soft">{entry.text}</Dropdown.Label>;
}

/** The menu itself. It mounts open, because `Menu` mounts it on the first click. */
export function MenuPanel({ trigger, entries, align = "end", side = "bottom" }: MenuProps) {
  return (
    <Dropdown.Root modal={false} defaultOpen>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="appear z-50 max-h-[70vh] min-w-52 overflow-y-auto rounded-md border bg-raised p-1 shadow-overlay"
        >
          {entries().map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the entries of one menu do not move
            <Entry key={index} entry={entry} />
          ))}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}
