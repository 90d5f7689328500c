const colours = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
export type Colour = (typeof colours)[number];

export interface Style {
  colour?: Colour;
  ground?: Colour;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
}

export interface Span {
  text: string;
  style: Style;
}

const attributes: Record<number, Style> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  22: { bold: undefined, dim: undefined },
  23: { italic: undefined },
  24: { underline: undefined },
  39: { colour: undefined },
  49: { ground: undefined },
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const sequence = /\u001b\[([0-9;:]*)([A-Za-z])/g;

/**
 * A line of a program's output as pieces of plain text with their style. Only colours and emphasis are read, and
 * only as names of a fixed list; every other sequence is dropped. The texts joined are the line without sequences.
 */
export function spansOf(line: string): Span[] {
  const spans: Span[] = [];
  let style: Style = {};
  let from = 0;
  function put(text: string): void {
    if (text !== "") spans.push({ text, style });
  }
  for (const found of line.matchAll(sequence)) {
    put(line.slice(from, found.index));
    from = found.index + found[0].length;
    if (found[2] === "m") style = styled(style, found[1] ?? "");
  }
  put(line.slice(from));
  return spans;
}

/** The text without its sequences. */
export function plainOf(line: string): string {
  return line.replace(sequence, "");
}

function styled(before: Style, codes: string): Style {
  const numbers = codes.split(/[;:]/).map(Number);
  let style = before;
  for (let at = 0; at < numbers.length; at++) {
    const code = numbers[at] ?? 0;
    if (code === 38 || code === 48) {
      const { colour, length } = extended(numbers.slice(at + 1));
      style = { ...style, ...(code === 38 ? { colour } : { ground: colour }) };
      at += length;
    } else {
      style = code === 0 ? {} : { ...style, ...(attributes[code] ?? basic(code)) };
    }
  }
  return style;
}

function basic(code: number): Style {
  const colour = colours[code % 10];
  const tens = Math.floor(code / 10);
  if (colour === undefined) return {};
  if (tens === 3 || tens === 9) return { colour };
  return tens === 4 || tens === 10 ? { ground: colour } : {};
}

/** `5;n` (256 colours) or `2;r;g;b` (true colour), as the nearest of the eight colour names. */
function extended([kind, ...rest]: number[]): { colour: Colour | undefined; length: number } {
  if (kind === 5) return { colour: ofTable(rest[0] ?? 0), length: 2 };
  if (kind === 2) return { colour: nearest(rest[0] ?? 0, rest[1] ?? 0, rest[2] ?? 0), length: 4 };
  return { colour: undefined, length: 0 };
}

function ofTable(index: number): Colour | undefined {
  if (index < 16) return colours[index % 8];
  if (index >= 232) return index >= 244 ? "white" : "black";
  const cell = index - 16;
  return nearest(Math.floor(cell / 36) * 51, (Math.floor(cell / 6) % 6) * 51, (cell % 6) * 51);
}

/** The three bits of the colour number are red, green and blue. */
function nearest(red: number, green: number, blue: number): Colour | undefined {
  const half = Math.max(64, Math.max(red, green, blue) / 2);
  return colours[(red > half ? 1 : 0) + (green > half ? 2 : 0) + (blue > half ? 4 : 0)];
}
