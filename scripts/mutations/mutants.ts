import { parseSync, Visitor } from "oxc-parser";

/** One small change of a module. */
export interface Mutant {
  /** Where it stands in the text. */
  start: number;
  end: number;
  line: number;
  before: string;
  after: string;
}

interface Span {
  start: number;
  end: number;
}

const opposite: Record<string, string> = {
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "&&": "||",
  "||": "&&",
  "??": "&&",
};

/**
 * Every small change of a module that a test should notice: a comparison at its edge or turned round, a condition that
 * always or never holds, a statement left out, another number, an empty list, a flag turned over.
 */
export function mutantsOf(file: string, source: string): Mutant[] {
  const found: Mutant[] = [];
  const textOf = ({ start, end }: Span) => source.slice(start, end);
  const add = ({ start, end }: Span, after: string) => {
    const line = source.slice(0, start).split("\n").length;
    found.push({ start, end, line, before: source.slice(start, end), after });
  };
  const operator = (node: Span & { left: Span; right: Span; operator: string }) => {
    const between = { start: node.left.end, end: node.right.start };
    const other = opposite[node.operator];
    if (other)
      add(
        between,
        textOf(between).replace(node.operator, () => other),
      );
  };
  const condition = (test: Span & { type: string }) => {
    if (test.type === "Literal") return;
    add(test, "true");
    add(test, "false");
  };
  const visitor = new Visitor({
    BinaryExpression(node) {
      const isText = [node.left, node.right].some(
        (side) =>
          side.type === "TemplateLiteral" || (side.type === "Literal" && typeof side.value === "string"),
      );
      if (!isText || /^[=!]==$/.test(node.operator)) operator(node);
    },
    LogicalExpression: operator,
    IfStatement: ({ test }) => condition(test),
    ConditionalExpression: ({ test }) => condition(test),
    UnaryExpression(node) {
      if (node.operator === "!") add(node, textOf(node.argument));
    },
    Literal(node) {
      if (typeof node.value === "number") add(node, String(node.value + 1));
      if (typeof node.value === "boolean") add(node, String(!node.value));
    },
    ArrayExpression(node) {
      if (node.elements.length > 0) add(node, "[]");
    },
    ExpressionStatement(node) {
      const text = textOf(node);
      if (!/^(log|console)\./.test(text) && /^(await |void )?[\w.?]+(<[^>]*>)?\(/.test(text)) add(node, ";");
    },
    ThrowStatement: (node) => add(node, ";"),
  });
  visitor.visit(parseSync(file, source).program);
  return found;
}

/** The module with the change. */
export function apply(source: string, { start, end, after }: Mutant): string {
  return source.slice(0, start) + after + source.slice(end);
}
