import { type SshHost, serveSsh } from "@test/kit/ssh-host";

/** A server of SSH whose people can be asked to do something. */
export interface OwnedSsh {
  /** `ssh://git@127.0.0.1:4022` */
  url: string;
  /** Lines of authorized_keys; adding one takes effect at once. */
  authorized: string[];
  /** Begin anew on the same port with another host key. */
  reinstall(): Promise<void>;
  close(): Promise<void>;
}

/** Serve the repositories below a folder over SSH, on loopback. */
export async function startSsh(root: string): Promise<OwnedSsh> {
  const authorized: string[] = [];
  let host: SshHost = await serveSsh({ root, authorized });
  const { port } = host;
  return {
    url: `ssh://git@127.0.0.1:${port}`,
    authorized,
    async reinstall() {
      await host.close();
      host = await serveSsh({ root, authorized, port });
    },
    close: () => host.close(),
  };
}
