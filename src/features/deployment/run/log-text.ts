const longestLine = 8_192;

/**
 * One line as it may be stored and shown: colours stay, every other control character and those that reorder text
 * are written out (`\x07`), a progress line keeps its last state, an endless line is cut.
 */
export function safeLine(raw: string): string {
  const last = raw.slice(Math.max(raw.lastIndexOf("\r", raw.length - 2) + 1, 0)).replace(/\r$/, "");
  const cut = last.length > longestLine ? `${last.slice(0, longestLine)} … (line cut)` : last;
  return cut.toWellFormed().replace(unsafe, (found) => (isColour(found) ? found : written(found)));
}

// Matches an escape sequence as a whole, so that colours can be kept.
const unsafe =
  /\p{Cc}\[[0-9;:]*[A-Za-z]|(?!\t)\p{Cc}|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

function isColour(found: string): boolean {
  return found.length > 2 && found.charCodeAt(0) === 27 && found.endsWith("m");
}

function written(found: string): string {
  // What moves the cursor or clears the screen means nothing in a log.
  if (found.length > 1) return "";
  const code = found.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** Cuts a stream of text into lines. What has no end is handed on in pieces. */
export function lineSplitter(onLine: (line: string) => void) {
  let rest = "";
  return {
    push(text: string): void {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
      if (rest.length > 4 * longestLine) {
        onLine(rest);
        rest = "";
      }
    },
    end(): void {
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}
