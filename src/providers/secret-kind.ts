/** What a secret is by how it begins, told as soon as it is pasted. */
export interface SecretKind {
  prefix: string;
  /** In the middle of a sentence: `deploy token`. */
  label: string;
  /** Made for another purpose: it cannot be used in this field. */
  unfit?: boolean;
}
