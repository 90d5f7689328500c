"use client";
import { type ComponentProps, useEffect, useRef } from "react";
import { useStoredDraft } from "@/client/drafts";
import { Form } from "@/ui/form";

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Inputs that may hold a password are named by their type or by what browsers fill in there. */
function isOpen(control: unknown, secret: readonly string[]): control is Control {
  const isControl =
    control instanceof HTMLInputElement ||
    control instanceof HTMLTextAreaElement ||
    control instanceof HTMLSelectElement;
  if (!isControl || control.name === "" || secret.includes(control.name)) return false;
  return (
    !/^(password|hidden|checkbox|radio|file)$/.test(control.type) && !/password/.test(control.autocomplete)
  );
}

/**
 * A form of plain inputs whose text survives a reload and Back, but for its passwords.
 * @param draft tells the forms of one page apart
 * @param sent whether it was accepted: then the draft is deleted
 * @param secret names of other inputs that are not kept
 */
export function DraftForm({
  draft,
  sent,
  secret = [],
  ...form
}: ComponentProps<typeof Form> & { draft: string; sent: boolean; secret?: readonly string[] }) {
  const stored = useStoredDraft(draft);
  const part = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page listens
  useEffect(() => {
    const typed = stored.read();
    for (const control of part.current?.querySelector("form")?.elements ?? []) {
      if (isOpen(control, secret) && typed[control.name] !== undefined)
        control.value = typed[control.name] ?? "";
    }
  }, []);
  useEffect(() => {
    if (sent) stored.clear();
  }, [sent, stored]);
  function keep(): void {
    const controls = [...(part.current?.querySelector("form")?.elements ?? [])].filter((control) =>
      isOpen(control, secret),
    );
    stored.write(Object.fromEntries(controls.map(({ name, value }) => [name, value])));
  }
  return (
    <div ref={part} onInput={keep}>
      <Form {...form} />
    </div>
  );
}
