import { Fragment } from "react";

/** `text` with every match of a word of `search` in bold. */
export function MatchedText({ text, search }: { text: string; search: string }) {
  return matches(text, search).map(({ from, part, hit }) =>
    hit ? (
      <strong key={from} className="font-semibold">
        {part}
      </strong>
    ) : (
      <Fragment key={from}>{part}</Fragment>
    ),
  );
}

/** Cut a text where it matches. The parts joined are the text. */
export function matches(text: string, search: string): { from: number; part: string; hit: boolean }[] {
  const words = search.split(/\s+/).filter(Boolean).slice(0, 8);
  if (words.length === 0) return [{ from: 0, part: text, hit: false }];
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts = text.split(new RegExp(`(${escaped.join("|")})`, "giu"));
  let from = 0;
  return parts.flatMap((part, index) => {
    const piece = { from, part, hit: index % 2 === 1 };
    from += part.length;
    return part ? [piece] : [];
  });
}
