import type { ReasonParams, ReasonTable } from "@/lib/reason/table";

/** What went wrong with a key or a server of SSH. */
export const sshReasons = {
  ssh_missing: () =>
    "The ssh command was not found on the Slipway server. Install it (Debian: apt-get install openssh-client) and make sure that it is in the PATH.",
  ssh_no_user: () =>
    "The account that Slipway runs under has no name on its machine, and ssh refuses to work for it. Add the account to /etc/passwd.",
  ssh_no_algorithm: (p) =>
    `${p.host ?? "The server"} and Slipway have no method of SSH in common. Update the server, or use another kind of key: Azure DevOps takes RSA only.`,
  ssh_not_ssh: (p) =>
    `What answers at ${address(p)} does not speak SSH. Check the address and the port; over HTTPS use the other method.`,
  ssh_key_refused: (p) =>
    `${p.host ?? "The server"} did not accept the key ${p.fingerprint ?? "of this connection"}. Add its public half there as a deploy key with read access: ${p.publicKey ?? "it is on the provider's page"}`,
  ssh_key_not_made: () =>
    "The key is made when you save. Its public half is shown then, to be added on the server; after that test again.",
  ssh_key_missing: () =>
    "There is no private key yet. Save the connection once more to have one made, or paste one.",
  ssh_key_encrypted: () =>
    "This key is protected by a passphrase, which nobody could type when Slipway works at night. Make a key of its own for Slipway by leaving this field empty, or take the passphrase off a copy with: ssh-keygen -p -N '' -f copy_of_key",
  ssh_key_is_public: () =>
    "This is the public half of a key; it belongs on the server. Paste the private half here (it begins with -----BEGIN), or leave the field empty to have a key made.",
  ssh_key_unreadable: () =>
    "This cannot be read as a private key. Paste the whole file with its BEGIN and END lines (OpenSSH or PEM), or leave the field empty to have a key made.",
  ssh_key_kind: (p) =>
    `A key of the kind ${p.kind} cannot be used. Use ed25519, ECDSA or RSA with 2,048 bits or more, or leave the field empty to have a key made.`,
  ssh_key_rsa_only: (p) =>
    `${p.host ?? "This server"} takes RSA keys only. Paste an RSA key, or leave the field empty to have one made.`,
  ssh_host_keys_unreadable: () =>
    "These cannot be read as host keys. Paste lines as ssh-keyscan prints them (host, kind, key), or leave the field empty to trust the server when it is first met.",
  ssh_host_keys_elsewhere: (p) =>
    `None of these host keys is for ${p.place}. Each line has to begin with that name.`,
  ssh_host_key_unread: (p) =>
    `${address(p)} speaks SSH but shows no host key that can be used (ed25519, ECDSA or RSA). Update the server.`,
  ssh_host_key_changed: (p) =>
    `${p.host ?? "The server"} shows another host key than before, so nothing was sent to it. Pinned: ${keys(p.pinned)}. Shown now: ${keys(p.shown)}. Somebody may be in between: ask who runs the server. If the change is right, test the connection on the provider's page and choose "Trust the new host key" there (or set hostKeys to an empty text).`,
  ssh_host_key_unpublished: (p) =>
    `What answers as ${p.host} shows a host key that ${p.host} does not publish (${keys(p.shown)}), so nothing was sent to it. Somebody may be in between: check the network and DNS of the Slipway server.`,
  ssh_host_key_first: (p) =>
    `The host key was seen for the first time: ${keys(p.shown)}. Compare it with what the people who run ${p.host} publish; from now on no other is accepted.`,
  ssh_host_key_pinned: (p) => `The host key is the pinned one: ${keys(p.shown)}.`,
  ssh_host_key_published: (p) => `The host key is one that ${p.host} publishes: ${keys(p.shown)}.`,
  ssh_address_needed: () =>
    "A key works with an address of SSH only. Enter one like git@git.example.com:team/site.git or ssh://git@git.example.com:2222/team/site.git.",
  ssh_method_needed: () =>
    "This is an address of SSH. Choose the method with a key, or enter the address that begins with https://.",
} satisfies ReasonTable;

function address(p: ReasonParams): string {
  return p.port === undefined || p.port === 22 ? `${p.host ?? "the server"}` : `${p.host}:${p.port}`;
}

function keys(list: ReasonParams[string] | undefined): string {
  return Array.isArray(list) && list.length > 0 ? list.join(", ") : "it did not say";
}
