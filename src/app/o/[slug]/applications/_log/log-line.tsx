import { type Colour, type Span, type Style, spansOf } from "@/app/o/[slug]/applications/_log/ansi";
import { type Hit, piecesOf } from "@/app/o/[slug]/applications/_log/find";
import type { LogLine } from "@/features/deployment/contract";
import { cn } from "@/ui/class-names";

/** Fixed class names: the output of a program only chooses among these. */
const inks: Record<Colour, string> = {
  black: "text-soft",
  red: "text-bad",
  green: "text-good",
  yellow: "text-warn",
  blue: "text-accent-ink",
  magenta: "text-[light-dark(#8b2c8f,#e29be5)]",
  cyan: "text-[light-dark(#0b6a78,#6cc7d6)]",
  white: "text-ink",
};
const grounds: Record<Colour, string> = {
  black: "bg-hover",
  red: "bg-bad-wash",
  green: "bg-good-wash",
  yellow: "bg-warn-wash",
  blue: "bg-accent-wash",
  magenta: "bg-hover",
  cyan: "bg-hover",
  white: "bg-hover",
};

function classOf({ colour, ground, bold, dim, italic, underline }: Style): string | undefined {
  return (
    cn(
      colour && inks[colour],
      ground && grounds[ground],
      bold && "font-semibold",
      dim && "text-soft",
      italic && "italic",
      underline && "underline",
    ) || undefined
  );
}

// Visible rows render again with every new line: each is parsed once.
const parsed = new WeakMap<LogLine, Span[]>();

function spansIn(line: LogLine): Span[] {
  const known = parsed.get(line) ?? spansOf(line.text);
  parsed.set(line, known);
  return known;
}

/** The text of one line, coloured, with what was searched for marked. */
export function LogText(props: {
  line: LogLine;
  hits: readonly { hit: Hit; index: number }[];
  current: number;
}) {
  return piecesOf(spansIn(props.line), props.hits).map(({ at, text, style, hit }) =>
    hit === undefined ? (
      <span key={at} className={classOf(style)}>
        {text}
      </span>
    ) : (
      <mark
        key={at}
        className={
          hit === props.current
            ? "rounded-[2px] bg-accent text-on-accent"
            : "rounded-[2px] bg-[light-dark(#ffe58a,#6b5512)] text-ink"
        }
      >
        {text}
      </mark>
    ),
  );
}
