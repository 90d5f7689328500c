import { TryIt } from "@/app/docs/api/try-it";
import type { Entry, Field } from "@/server/openapi/reference";
import { Badge, type Tone } from "@/ui/badge";
import { CopyButton } from "@/ui/copy-button";

const tones: Record<Entry["type"], Tone> = { query: "neutral", mutation: "accent", subscription: "good" };
const open: Record<string, string> = {
  anyone: "anyone may call it",
  signedIn: "key or session",
  sessionOnly: "session of the web app only",
};

/** One procedure: what it takes and answers, a call to copy, and a form to try it. */
export function EntryCard({ entry }: { entry: Entry }) {
  return (
    <details id={entry.path} className="scroll-mt-6 rounded-md border bg-surface">
      <summary className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3">
        <code className="font-mono font-medium">{entry.path}</code>
        <Badge tone={tones[entry.type]}>{entry.type}</Badge>
        <span className="text-soft">{entry.summary}</span>
      </summary>
      <div className="grid gap-4 border-t px-4 py-4">
        <p className="text-soft">
          Access: {open[entry.access] ?? <code className="font-mono">{entry.access}</code>}
          {entry.secret && ". The answer holds a secret that is shown this once"}.
        </p>
        <Fields title="Input" fields={entry.fields} none="No input." />
        <Fields title={`Answer: ${entry.answer || "stream of events"}`} fields={entry.answerFields} none="" />
        <Curl text={entry.curl} />
        {entry.type !== "subscription" && <TryIt path={entry.path} example={pretty(entry.example)} />}
      </div>
    </details>
  );
}

function pretty(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2);
}

function Fields({ title, fields, none }: { title: string; fields: Field[]; none: string }) {
  return (
    <div>
      <h3 className="font-medium">{title}</h3>
      {fields.length === 0 && <p className="text-soft">{none}</p>}
      <dl className="mt-1 grid gap-1">
        {fields.map((field) => (
          <div key={field.name} className="flex flex-wrap gap-x-3">
            <dt className="font-mono text-sm">
              {field.name}
              {!field.required && <span className="text-soft">?</span>}
            </dt>
            <dd className="text-sm text-soft">{field.kind}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Curl({ text }: { text: string }) {
  return (
    <div className="flex items-start gap-1 rounded-md border bg-canvas py-1 pr-1 pl-3">
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, and must do so by keyboard too
        tabIndex={0}
        className="min-w-0 flex-1 overflow-x-auto py-1.5 font-mono text-sm"
      >
        {text}
      </pre>
      <CopyButton text={text} what="curl command" />
    </div>
  );
}
