"use client";
import { type ComponentProps, type FormEvent, useEffect, useRef } from "react";
import { useHydrated } from "@/ui/hydrated";

/**
 * A form that can only be sent by script: `post`, so that no value could reach an address even by accident, and
 * disabled until the page listens. Pass `busy` while it is on its way. `onSend` receives the text of each named input.
 */
export function Form({
  onSend,
  busy,
  focus,
  children,
  className = "grid gap-5",
  ...rest
}: Omit<ComponentProps<"form">, "onSubmit" | "method" | "action"> & {
  onSend(values: Record<string, string>): void;
  busy?: boolean;
  /** Name of the input to begin with: focused once it can take keys. */
  focus?: string;
}) {
  const hydrated = useHydrated();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const first = hydrated && focus ? form.current?.elements.namedItem(focus) : null;
    if (first instanceof HTMLElement) first.focus();
  }, [hydrated, focus]);
  // After a refusal the first field with an error gets the focus.
  const wasBusy = useRef(false);
  useEffect(() => {
    if (wasBusy.current && !busy) focusFirstInvalid(form.current);
    wasBusy.current = Boolean(busy);
  }, [busy]);
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    event.stopPropagation();
    if (busy) return;
    const entries = [...new FormData(event.currentTarget)];
    onSend(
      Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string")),
    );
  }
  return (
    <form {...rest} ref={form} method="post" noValidate onSubmit={submit}>
      <fieldset disabled={!hydrated} className={`min-w-0 border-0 p-0 ${className}`}>
        {children}
      </fieldset>
    </form>
  );
}

function focusFirstInvalid(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
