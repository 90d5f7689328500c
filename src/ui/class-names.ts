type Names = string | false | null | undefined;

/** Utilities that set the same property, as far as callers replace them in our components. */
const groups: [name: string, pattern: RegExp][] = [
  ["size of text", /^text-(xs|sm|base|lg|xl|\[[\d.]+(px|rem)\])$/],
  ["text align", /^text-(left|right|center)$/],
  ["text color", /^text-/],
  ["weight", /^font-(normal|medium|semibold|bold)$/],
  ["family", /^font-(sans|mono)$/],
  ["width of border", /^border(-\d+)?$/],
  ["rounded", /^rounded(-(none|sm|md|lg|full))?$/],
  ["display", /^(flex|inline-flex|grid|inline-grid|block|inline-block|hidden)$/],
  ["$1", /^(size|[hw]|m(?:in|ax)-[hw]|[mp][xytrbl]?|gap(?:-[xy])?|bg|justify|items|whitespace|grid-cols)-/],
];

/** What a class sets, with the state it is for: `sm:max-w-lg` gives `sm:` and `max-w`. Null when it is not known. */
function subject(name: string): string | null {
  const [, state = "", bare = ""] = /^((?:[^[\]:]*(?:\[[^\]]*\])?[^[\]:]*:)*)-?(.*)$/.exec(name) ?? [];
  for (const [group, pattern] of groups) {
    const match = pattern.exec(bare);
    if (match) return `${state}${group.replace("$1", match[1] ?? "")}`;
  }
  return null;
}

/** Join class names; of two that set the same property for the same state the later one stays. */
export function cn(...values: Names[]): string {
  const kept = new Map<string, string>();
  for (const name of values.filter(Boolean).join(" ").split(" ")) {
    const key = subject(name) ?? name;
    kept.delete(key);
    if (name) kept.set(key, name);
  }
  return [...kept.values()].join(" ");
}
