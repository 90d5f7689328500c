export interface UniqueNameOptions {
  /** Between the name and its number. A space unless given. */
  separator?: string;
  /** Characters of the whole; the name is cut so that the number fits. */
  maxLength?: number;
}

/** The name itself when it is free, else the first free one of `name 2`, `name 3`, …. */
export function uniqueName(
  name: string,
  taken: ReadonlySet<string>,
  { separator = " ", maxLength = 100 }: UniqueNameOptions = {},
): string {
  for (let number = 1; ; number++) {
    const ending = number === 1 ? "" : `${separator}${number}`;
    let stem = name.slice(0, maxLength - ending.length);
    while (separator !== "" && stem.endsWith(separator)) stem = stem.slice(0, -separator.length);
    const candidate = stem + ending;
    if (!taken.has(candidate)) return candidate;
  }
}
