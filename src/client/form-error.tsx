"use client";
import { formMessage } from "@/client/fault";
import { Notice } from "@/ui/notice";

/** Why a form was not taken, above its buttons. `fields` show their own issues. */
export function FormError({ error, fields = [] }: { error: unknown; fields?: readonly string[] }) {
  const message = formMessage(error, fields);
  return message && <Notice tone="bad">{message}</Notice>;
}
