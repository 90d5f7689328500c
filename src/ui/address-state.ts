"use client";
import { useSearchParams } from "next/navigation";
import { useEffect, useRef, useState } from "react";

/** Changes the query of the page's address in place: no new entry for Back, and nothing is loaded. */
export function replaceQuery(changes: Record<string, string | undefined>): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  window.history.replaceState(window.history.state, "", url);
}

/** A pasted address with a password or token in it does not belong into the address of the page. */
function hasCredential(text: string): boolean {
  return /:\/\/[^/]*@/.test(text);
}

/** A tab, a search or a filter that stands in the address, so that it survives a reload and Back. */
export function useAddressState(
  name: string,
  initial = "",
): [value: string, change: (value: string) => void] {
  const query = useSearchParams();
  const there = query.get(name);
  const [value, setValue] = useState(there ?? initial);
  const written = useRef(there);
  function change(next: string): void {
    setValue(next);
    written.current = next === initial || hasCredential(next) ? null : next;
    replaceQuery({ [name]: written.current ?? undefined });
  }
  // A link to this same page, as in the navigation, leads to its first state.
  useEffect(() => {
    if (there !== null || written.current === null) return;
    written.current = null;
    setValue(initial);
  }, [there, initial]);
  return [value, change];
}

/**
 * Which dialog of the page is open; empty when none is. It stands in the address, so that a reload or signing in again
 * comes back to it and to the draft of its form.
 */
export function useAddressDialog(): [dialog: string, open: (dialog: string) => void, close: () => void] {
  const [dialog, setDialog] = useAddressState("dialog");
  return [dialog, setDialog, () => setDialog("")];
}
