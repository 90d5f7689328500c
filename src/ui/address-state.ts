"use client";
import { useSearchParams } from "next/navigation";
import { useState } from "react";

/** Changes the query of the page's address in place: no new entry for Back, and nothing is loaded. */
export function replaceQuery(changes: Record<string, string | undefined>): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  window.history.replaceState(window.history.state, "", url);
}

/** A tab, a search or a filter that stands in the address, so that it survives a reload and Back. */
export function useAddressState(
  name: string,
  initial = "",
): [value: string, change: (value: string) => void] {
  const query = useSearchParams();
  const [value, setValue] = useState(() => query.get(name) ?? initial);
  function change(next: string): void {
    setValue(next);
    replaceQuery({ [name]: next === initial ? undefined : next });
  }
  return [value, change];
}
