"use client";
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/button";
import { cn } from "@/ui/class-names";
import { toastError } from "@/ui/toast";

/** Puts `text` on the clipboard; says so and returns false where the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toastError("The browser did not allow copying. Select the text and copy it yourself.");
    return false;
  }
}

/** Puts `text` on the clipboard and shows a tick. With `label` the word stands beside the icon. */
export function CopyButton(props: { text: string; what: string; label?: string; className?: string }) {
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    if (!(await copyText(props.text))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  }
  const Icon = copied ? Check : Copy;
  return (
    <Button
      look={props.label ? "secondary" : "quiet"}
      size={props.label ? "small" : "smallIcon"}
      aria-label={props.label ? undefined : `Copy ${props.what}`}
      className={props.className}
      onClick={copy}
    >
      <Icon aria-hidden="true" className={cn(copied && "text-good")} />
      {props.label}
      <span className="sr-only" aria-live="polite">
        {copied ? "Copied" : ""}
      </span>
    </Button>
  );
}

/** A value to copy: monospace, in one line, with its copy button. */
export function CopyField({ text, what }: { text: string; what: string }) {
  return (
    <div className="flex min-w-0 items-center gap-1 rounded-md border bg-canvas py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 overflow-x-auto font-mono text-sm whitespace-nowrap" title={text}>
        {text}
      </code>
      <CopyButton text={text} what={what} />
    </div>
  );
}
