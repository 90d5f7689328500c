/** With a scheme, or in the short form of ssh; a plain `owner/name` has neither. */
export function isUrl(text: string): boolean {
  return /^[a-z+]+:\/\//i.test(text) || /^[\w.-]+@[\w.-]+:/.test(text);
}
