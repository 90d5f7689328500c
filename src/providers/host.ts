/** A host people know by name. Forgejo and Codeberg are hosts of `gitea`, never providers of their own. */
export interface Host {
  label: string;
  /** Pre-filled into the URL field; absent for self-hosted products. */
  baseUrl?: string;
  /** The address is the person's own: without one the credential would go to another host of the type. */
  needsAddress?: boolean;
  /** An example of such an address, and what belongs into the field. */
  address?: { placeholder: string; help: string };
  /** Further names of the host, each with all that lies below it: `ghe.com` for `acme.ghe.com`. */
  domains?: string[];
  /** Other names of the same server, for SSH or its API: `ssh.github.com`. */
  aliases?: string[];
  /** The auth methods that exist there; all of the type where it is not told. */
  methods?: string[];
  /** Settings that the first parts of a pasted path fill: an organization or workspace. */
  pathFields?: string[];
  /** First parts of a path that are pages of the host and no owner. */
  pages?: string[];
  /** First parts of a path behind which the owner stands: `orgs` in `/orgs/acme`. */
  beforeOwner?: string[];
  /** Where that is not enough: expressions for the path, whose named groups are settings. The first that fits counts. */
  pathPatterns?: string[];
  /** File under public/logo. */
  logo: string;
}
