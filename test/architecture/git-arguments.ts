import { parseSync, Visitor } from "oxc-parser";

/** One argument list for git: each element as it is written, and whether it is fixed when the program is written. */
export interface ArgumentList {
  text: string;
  elements: { text: string; fixed: boolean }[];
}

type Element = { type: string; start: number; end: number; quasis?: { value: { raw: string } }[] } | null;

/** Where option parsing of git ends. */
const separators = new Set(['"--"', '"--end-of-options"']);

/** Every array in a file whose first element is a word like `fetch` or `ls-remote`. */
export function argumentLists(file: string, source: string): ArgumentList[] {
  const found: ArgumentList[] = [];
  const visitor = new Visitor({
    ArrayExpression({ start, end, elements }) {
      const list = (elements as Element[]).map((each) => read(each, source));
      if (/^"[a-z]+(-[a-z]+)*"$/.test(list[0]?.text ?? ""))
        found.push({ text: source.slice(start, end), elements: list });
    },
  });
  visitor.visit(parseSync(file, source).program);
  return found;
}

function read(element: Element, source: string) {
  if (!element) return { text: "", fixed: true };
  const text = source.slice(element.start, element.end);
  return { text, fixed: isFixed(element) };
}

/** Whether the element is a literal or begins with one, so that no outside value can supply its first dash. */
function isFixed({ type, quasis }: NonNullable<Element>): boolean {
  return type === "Literal" || (type === "TemplateLiteral" && quasis?.[0]?.value.raw !== "");
}

/**
 * Elements that git could read as an option although their value comes from outside. Spread lists are options of
 * Slipway.
 */
export function loose({ elements }: ArgumentList): string[] {
  const end = elements.findIndex(({ text }) => separators.has(text));
  const before = end < 0 ? elements : elements.slice(0, end);
  return before.filter(({ text, fixed }) => !fixed && !text.startsWith("...")).map(({ text }) => text);
}
