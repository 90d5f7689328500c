import type { AuthMethod, Field, Manifest } from "@/providers/provider";

/** In place of a private key: make a new one. */
export const GENERATE = "generate";

const address: Field = {
  name: "gitUrl",
  label: "Address",
  placeholder: "https://git.example.com/team/site.git",
};

const https: AuthMethod = {
  kind: "form",
  label: "User name and password",
  why: "For any server that git reaches over HTTPS. The password, or a token in its place, is used at this address and below it only.",
  recommended: true,
  fields: [
    {
      ...address,
      help: "The clone address of a repository, or the folder of several. The password goes nowhere else.",
      required: true,
    },
    {
      name: "password",
      label: "Password or token",
      help: "A token that may only read code is best.",
      required: true,
      secret: true,
    },
    {
      name: "username",
      label: "User name",
      help: "As the server asks for it. Most take any name beside a token.",
      placeholder: "git",
    },
    {
      name: "tokenExpiresOn",
      label: "Ends on",
      help: "Git servers do not tell when a token ends. Set the day to be reminded in time.",
      kind: "date",
      advanced: true,
    },
  ],
  scopes: [],
  steps: [
    "Copy the HTTPS clone address of the repository, or the part that several repositories share.",
    "On the server, create a token or application password that may read code.",
    "Paste both here.",
  ],
  can: ["branches", "gitRead"],
  requires: ["password"],
};

const ssh: AuthMethod = {
  kind: "form",
  label: "SSH key",
  why: "For servers that are reached over SSH. Slipway makes a key of its own, or takes yours, and shows the half to add on the server.",
  fields: [
    {
      ...address,
      help: "The SSH address of a repository, or of the folder of several. The key is used nowhere else.",
      placeholder: "git@git.example.com:team/site.git",
      required: true,
    },
    {
      name: "privateKey",
      label: "Private key",
      help: "Leave it empty to have a key made when you save: ed25519, or RSA with 4,096 bits for Azure DevOps, which takes nothing else. A key of yours must have no passphrase.",
      placeholder: "-----BEGIN OPENSSH PRIVATE KEY-----",
      secret: true,
      generates: GENERATE,
      kind: "multiline",
    },
    {
      name: "tokenExpiresOn",
      label: "Ends on",
      help: "Some servers end a key on a day, and git does not tell. Set it to be reminded in time.",
      kind: "date",
      advanced: true,
    },
    {
      name: "hostKeys",
      label: "Host keys",
      help: "Lines of known_hosts. Leave it empty to trust the server when it is first met; its keys are pinned and shown then.",
      placeholder: "git.example.com ssh-ed25519 AAAA…",
      kind: "multiline",
      advanced: true,
    },
  ],
  scopes: [],
  steps: [
    "Copy the SSH address of the repository, or the part that several repositories share.",
    "Save it here: the public half of the key is shown.",
    "Add the public half on the server as a deploy key that may only read (on Azure DevOps: as a key of your account).",
    "Test the connection.",
  ],
  can: ["branches", "gitRead"],
  requires: [],
};

const open: AuthMethod = {
  kind: "form",
  label: "Public, without a password",
  why: "For repositories that everybody may read. Nothing secret is kept or sent.",
  fields: [{ ...address, help: "Leave it empty for public repositories anywhere." }],
  scopes: [],
  steps: ["Nothing to do on the server: the repository only has to be public."],
  can: ["branches", "gitRead"],
  requires: [],
};

export const manifest: Manifest = {
  label: "Git",
  logo: "git.svg",
  docs: "https://git-scm.com/docs/http-protocol",
  // A gist is a repository of its own, which the API of GitHub does not list.
  hosts: [{ label: "Git server", logo: "git.svg", domains: ["gist.github.com"] }],
  urlField: "gitUrl",
  methods: { https, ssh, public: open },
};
