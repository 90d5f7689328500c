/** Lists of patterns as people write them. What a pattern means is in `pattern.ts`, which no page loads. */

/** The patterns of a text: separated by commas or lines. A comma in braces belongs to its pattern: `v{1,2}.*`. */
export function patternsOf(text: string | null): string[] {
  const parts = (text ?? "").split(/[\r\n]+|,(?![^{}]*\})/);
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** Why this cannot be used as a pattern of branches or tags; null when it can. */
export function namePatternProblem(pattern: string): string | null {
  const text = withoutNegation(pattern);
  if (/^refs\//.test(text)) return "Leave out refs/heads/ and refs/tags/.";
  if (/[\s~^:]|\.\./.test(text)) return "No branch or tag has blanks, ~, ^, : or two dots in its name.";
  return patternProblem(text);
}

/** Why this cannot be used as a pattern of paths; null when it can. */
export function pathPatternProblem(pattern: string): string | null {
  const text = withoutNegation(pattern);
  if (text.split("/").includes("..")) return "Paths begin at the repository; leave out the two dots.";
  return patternProblem(text);
}

function withoutNegation(pattern: string): string {
  const text = pattern.trim();
  return text.startsWith("!") ? text.slice(1) : text;
}

function patternProblem(text: string): string | null {
  if (text === "") return "A pattern is missing here.";
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return "Control characters cannot be used.";
  if (text.startsWith("!")) return "One exclamation mark in front takes names out again.";
  if (/[?*+@!]\(/.test(text)) return "Write alternatives in braces, such as {a,b}.";
  if (!isClosed(text, "[", "]")) return "A bracket is not closed.";
  if (!isClosed(text, "{", "}")) return "A brace is not closed.";
  return null;
}

function isClosed(text: string, open: string, close: string): boolean {
  let depth = 0;
  for (const sign of text.replace(/\\./g, "")) {
    if (sign === open) depth++;
    if (sign === close && depth > 0) depth--;
  }
  return depth === 0;
}
