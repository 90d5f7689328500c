"use client";
import type { ReactNode } from "react";
import { siteAddress } from "@/app/o/[slug]/applications/_source/site-address";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";

/** The name in the address, with the address it makes. */
export function SlugField(props: {
  value: string;
  onChange(slug: string): void;
  sitesUrl: string;
  error?: string;
  hint?: ReactNode;
  disabled?: boolean;
}) {
  return (
    <Field
      label="Address"
      error={props.error}
      help={
        <>
          <span className="text-ink">{siteAddress(props.sitesUrl, props.value || "…")}</span> {props.hint}
        </>
      }
    >
      <Input
        value={props.value}
        disabled={props.disabled}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={30}
        onChange={(event) => props.onChange(event.target.value.toLowerCase().replace(/[\s_.]+/g, "-"))}
      />
    </Field>
  );
}
