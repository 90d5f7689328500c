import type { ReactNode } from "react";

/** One task: its title, a sentence, and the form. */
export function StartCard(props: { title: string; hint?: ReactNode; children: ReactNode; foot?: ReactNode }) {
  return (
    <div className="grid gap-4">
      <div className="grid gap-5 rounded-md border bg-surface p-5 sm:p-7">
        <div className="grid gap-1">
          <h1 className="text-xl font-semibold">{props.title}</h1>
          {props.hint && <div className="text-soft">{props.hint}</div>}
        </div>
        {props.children}
      </div>
      {props.foot && (
        <div className="text-center text-soft [&_a]:underline-offset-4 [&_a:hover]:underline">
          {props.foot}
        </div>
      )}
    </div>
  );
}
