import { isSshUrl } from "@/git/ssh-url";

/** Whether two names are of one repository. Hosts ignore upper and lower case; the paths of a plain Git server do not. */
export function isSameName(one: string, other: string): boolean {
  if (one === other) return true;
  return ![one, other].some(isAddress) && one.toLowerCase() === other.toLowerCase();
}

function isAddress(fullName: string): boolean {
  return /^https?:/i.test(fullName) || isSshUrl(fullName);
}
