export interface CareOptions {
  now: Date;
  /** A person asked for it: the hook of an App is taken over, also from an address that is not ours. */
  isAsked?: boolean;
  /** When the secret ends that an App had before; unless it is said, a day after the host was given the new one. */
  formerEndsAt?: Date;
}
