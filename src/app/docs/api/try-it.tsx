"use client";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/ui/button";
import { useHydrated } from "@/ui/hydrated";
import { Input, Textarea } from "@/ui/input";

interface Outcome {
  status: string;
  text: string;
}

/** Call a procedure from the page: with the session that is signed in here, or with the key that is given. */
export function TryIt({ path, example }: { path: string; example: string }) {
  const id = useId();
  const hydrated = useHydrated();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setOutcome(await call(path, String(form.get("body")), String(form.get("key"))));
    setBusy(false);
  }

  return (
    <form onSubmit={submit} method="post" className="grid gap-2">
      <h3 className="font-medium">Try it</h3>
      <label htmlFor={`${id}-body`} className="text-sm text-soft">
        Input as JSON
      </label>
      <Textarea
        id={`${id}-body`}
        name="body"
        defaultValue={example}
        disabled={!hydrated}
        spellCheck={false}
        className="font-mono text-sm"
      />
      <label htmlFor={`${id}-key`} className="text-sm text-soft">
        API key; empty: as you are signed in here
      </label>
      <Input id={`${id}-key`} name="key" type="password" autoComplete="off" disabled={!hydrated} />
      <Button type="submit" look="primary" busy={busy} disabled={!hydrated} className="justify-self-start">
        Send
      </Button>
      <div aria-live="polite">{outcome && <Answer outcome={outcome} />}</div>
    </form>
  );
}

function Answer({ outcome }: { outcome: Outcome }) {
  return (
    <div className="grid gap-1">
      <p className="text-sm font-medium">{outcome.status}</p>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long answers scroll, and must do so by keyboard too
        tabIndex={0}
        className="max-h-96 overflow-auto rounded-md border bg-canvas p-3 font-mono text-sm"
      >
        {outcome.text}
      </pre>
    </div>
  );
}

async function call(path: string, body: string, key: string): Promise<Outcome> {
  const headers = { "content-type": "application/json", ...(key && { "x-api-key": key }) };
  try {
    const answer = await fetch(`/api/${path}`, { method: "POST", headers, body });
    const text = JSON.stringify(await answer.json(), null, 2);
    return { status: `${answer.status} ${answer.statusText}`, text };
  } catch {
    return { status: "No answer", text: "Slipway could not be reached. Check the connection and try again." };
  }
}
