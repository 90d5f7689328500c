"use client";
import { clientFault, formMessage } from "@/client/fault";
import { GoOnHere } from "@/client/go-on";
import { switchedReason, useSwitched } from "@/client/organization";
import { Notice } from "@/ui/notice";

/** Why a form was not taken, above its buttons. `fields` show their own issues. */
export function FormError({ error, fields = [] }: { error: unknown; fields?: readonly string[] }) {
  const switched = useSwitched();
  const message = formMessage(error, fields);
  if (!message) return null;
  const isSwitch = clientFault(error).reason === switchedReason;
  // The organization of the page is the active one again: the words would only hold the next try back.
  if (isSwitch && !switched) return null;
  return (
    <Notice tone="bad" actions={isSwitch && <GoOnHere />}>
      {message}
    </Notice>
  );
}
