import { urlOf } from "@/lib/url-of";
/**
 * A text of a manifest with `{field}` replaced by what the form holds. Null while a field it names is empty.
 * `url` is set when the result can be opened: only http(s), since the value is typed by a person.
 */
export function fillTemplate(
  template: string,
  values: Record<string, string>,
): { text: string; url: string | null } | null {
  let missing = false;
  const text = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = (values[name] ?? "").trim().replace(/\/+$/, "");
    missing ||= value === "";
    return value;
  });
  if (missing) return null;
  const openable = /^https?:\/\//i.test(text) && urlOf(text) !== null;
  return { text, url: openable ? text : null };
}
