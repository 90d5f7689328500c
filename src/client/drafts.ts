"use client";
import { usePathname } from "next/navigation";
import { useEffect, useMemo, useState } from "react";

const prefix = "slipway-draft ";
const ownerKey = "slipway-draft-owner";

type Values = Record<string, string>;

/** Drafts are for the person who typed them: another one who signs in to the same tab finds none. */
export function keepDraftsFor(userId: string): void {
  if (sessionStorage.getItem(ownerKey) === userId) return;
  forgetDrafts();
  sessionStorage.setItem(ownerKey, userId);
}

/** On signing out. */
export function forgetDrafts(): void {
  const drafts = Object.keys(sessionStorage).filter((key) => key.startsWith(prefix));
  for (const key of drafts) sessionStorage.removeItem(key);
}

/** A draft holds no secret: neither the fields named so, nor an address with a password in it. */
export function withoutSecrets(values: Values, secrets: ReadonlySet<string>): Values {
  const open = Object.entries(values).filter(
    ([name, value]) => !secrets.has(name) && !/:\/\/[^/]*@/.test(value),
  );
  return Object.fromEntries(open);
}

function read(key: string): Values {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? "{}");
    const entries = Object.entries(stored ?? {}).filter((entry) => typeof entry[1] === "string");
    return Object.fromEntries(entries);
  } catch {
    return {}; // foreign text, or storage is disabled: then there is no draft
  }
}

function write(key: string, values: Values): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(values));
  } catch {
    sessionStorage.removeItem(key); // full: no draft is better than half of one
  }
}

/** The paths of some pages are secrets: a draft is stored without them. */
export function draftKey(pathname: string, form: string): string {
  return `${prefix}${pathname.replace(/^\/(invite|reset-password)\/.+$/, "/$1")} ${form}`;
}

/** Where the draft of a form of this page is stored. */
export function useStoredDraft(form: string) {
  const key = draftKey(usePathname(), form);
  return useMemo(
    () => ({
      read: () => read(key),
      write: (values: Values) => write(key, withoutSecrets(values, new Set())),
      clear: () => sessionStorage.removeItem(key),
    }),
    [key],
  );
}

/**
 * What is typed into a form, kept in this tab until `clear`: a reload or Back loses none of it but the secrets.
 * `discard` also takes the form back to its first values.
 * @param form tells the forms of one page apart
 */
export function useDraft(
  form: string,
  initial: () => Values,
  secrets: ReadonlySet<string> = new Set(),
): [values: Values, change: (changed: Values) => void, clear: () => void, discard: () => void] {
  const key = draftKey(usePathname(), form);
  const [values, setValues] = useState(initial);
  useEffect(() => setValues((before) => ({ ...before, ...read(key) })), [key]);
  function change(changed: Values): void {
    const next = { ...values, ...changed };
    setValues((before) => ({ ...before, ...changed }));
    write(key, withoutSecrets(next, secrets));
  }
  const clear = () => sessionStorage.removeItem(key);
  function discard(): void {
    clear();
    setValues(initial());
  }
  return [values, change, clear, discard];
}
