import { z } from "zod";
import { tidyHostKeys } from "@/git/known-hosts";
import { isSshUrl, readSshUrl, writeSshUrl } from "@/git/ssh-url";
import { Fault } from "@/lib/fault";
import { canonical, checkAddress } from "@/providers/git/address";

/** A repository's clone address, or a folder of repositories: the credential is used there and below. */
const GitUrl = z
  .string()
  .trim()
  .max(2048)
  .transform((text, context) =>
    readOr(context, () =>
      isSshUrl(text) ? writeSshUrl(readSshUrl(text)) : canonical(checkAddress(text).href),
    ),
  );

const HostKeys = z
  .string()
  .max(20_000)
  .transform((text, context) => readOr(context, () => tidyHostKeys(text)));

/** Turn a fault into an issue of the schema. */
function readOr(context: z.RefinementCtx, read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    context.addIssue({ code: "custom", message: error.message });
    return z.NEVER;
  }
}

/** The columns of the table `git` that hold no secret. */
export const Settings = z.object({
  /** Needed with a credential; without one it only narrows which addresses are meant. */
  gitUrl: GitUrl.nullish(),
  username: z.string().max(255).nullish(),
  /** One line of authorized_keys, always the half of the stored key. */
  publicKey: z.string().max(4000).nullish(),
  /** Lines of known_hosts; empty until the server was met. */
  hostKeys: HostKeys.nullish(),
});
export type Settings = z.infer<typeof Settings>;

export const Secrets = z.object({
  password: z.string().max(4096).nullish(),
  privateKey: z.string().max(20_000).nullish(),
});
export type Secrets = z.infer<typeof Secrets>;
