import type { z } from "zod";

/**
 * The message about one invalid field, shown beside it, for schemas without a message of their own. Undefined keeps
 * the default message of the schema library.
 */
export function inputMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type") return typeMessage(issue);
  if (issue.code === "invalid_value") return choiceMessage(issue.values);
  if (issue.code === "too_big") return boundMessage(issue.origin, "At most", Number(issue.maximum));
  if (issue.code === "too_small") return lowerMessage(issue.origin, Number(issue.minimum));
  if (issue.code === "invalid_format") return formats[issue.format] ?? "This is not written as expected.";
  if (issue.code === "invalid_union") return "This is none of what can be given here.";
  return undefined;
}

const kinds: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function typeMessage({ expected, input }: { expected: string; input?: unknown }): string {
  return input === undefined ? "This is missing." : `This must be ${kinds[expected] ?? "something else"}.`;
}

function choiceMessage(values: readonly unknown[]): string {
  const quoted = values.map((value) => JSON.stringify(value));
  return quoted.length > 1 ? `Give one of ${quoted.join(", ")}.` : `Give ${quoted.join("")}.`;
}

function lowerMessage(origin: string, minimum: number): string {
  const isSize = origin === "string" || origin === "array";
  return isSize && minimum === 1 ? "This may not be empty." : boundMessage(origin, "At least", minimum);
}

function boundMessage(origin: string, bound: "At most" | "At least", size: number): string {
  const units: Record<string, string> = { string: " characters", array: " entries" };
  return `${bound} ${size}${units[origin] ?? ""}.`;
}

const formats: Record<string, string> = {
  datetime: "Give a time such as 2027-01-31T12:00:00Z.",
  date: "Give a day such as 2027-01-31.",
  email: "This is not an e-mail address.",
};
