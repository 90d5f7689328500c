interface Named {
  firstName: string;
  lastName: string;
  username: string | null;
  email: string;
}

/** What to call a person: the full name, else the user name, else the e-mail address. */
export function personName(person: Named): string {
  const full = `${person.firstName} ${person.lastName}`.trim();
  return full || person.username || person.email;
}

/** Two name fields from one: the last word is the last name. */
export function splitName(name: string): { firstName: string; lastName: string } {
  const words = name.trim().split(/\s+/);
  const lastName = words.length > 1 ? (words.pop() ?? "") : "";
  return { firstName: words.join(" "), lastName };
}
