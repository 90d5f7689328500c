/** GitLab matches a part of a name from this many letters on; fewer match a whole name only. */
const PART_FROM = 3;

export interface Search {
  /** The search text for the host. */
  ask?: string;
  /** What Slipway searches the answer for, in lower case, since the host cannot. */
  keep?: string;
}

/**
 * How to search for what was typed. A list of a group or person knows no paths, so it is asked for the last part of
 * one, and the rest is compared here.
 */
export function searchFor(typed: string | undefined, withinOwner: boolean): Search {
  const text = typed?.trim() ?? "";
  if (text === "") return {};
  const part = withinOwner ? text.slice(text.lastIndexOf("/") + 1) : text;
  const ask = part.length >= PART_FROM ? part : undefined;
  return ask === text ? { ask } : { ask, keep: text.toLowerCase() };
}
