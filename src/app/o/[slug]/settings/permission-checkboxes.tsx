"use client";
import type { Permission } from "@/access/policy";
import { Button } from "@/ui/button";
import { Checkbox } from "@/ui/input";

/** The permissions that stand in the draft of a form, as far as the person may hand them out. */
export function chosenIn(
  { permissions = "" }: Record<string, string>,
  own: readonly Permission[],
): ReadonlySet<Permission> {
  const names = permissions.split(" ");
  return new Set(own.filter((each) => names.includes(each)));
}

/** A tick for each permission that the person may hand out. */
export function PermissionCheckboxes(props: {
  own: readonly Permission[];
  chosen: ReadonlySet<Permission>;
  onChange(chosen: ReadonlySet<Permission>): void;
}) {
  function toggle(permission: Permission): void {
    const next = new Set(props.chosen);
    if (!next.delete(permission)) next.add(permission);
    props.onChange(next);
  }
  const all = props.chosen.size === props.own.length;
  return (
    <fieldset className="grid gap-1.5">
      <div className="flex items-baseline justify-between">
        <legend className="float-left font-medium">Permissions</legend>
        <Button look="link" size="inline" onClick={() => props.onChange(new Set(all ? [] : props.own))}>
          {all ? "Tick none" : "Tick all"}
        </Button>
      </div>
      <div className="grid gap-x-4 rounded-md border px-3 py-2 sm:grid-cols-2">
        {props.own.map((permission) => (
          <Checkbox
            key={permission}
            label={<span className="font-mono text-sm">{permission}</span>}
            checked={props.chosen.has(permission)}
            onChange={() => toggle(permission)}
          />
        ))}
      </div>
    </fieldset>
  );
}
