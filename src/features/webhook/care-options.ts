export interface CareOptions {
  now: Date;
  /** A person asked for it: the hook of an App is taken over, also from an address that is not ours. */
  isAsked?: boolean;
}
