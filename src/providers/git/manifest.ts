import type { AuthMethod, Field, Manifest } from "@/providers/provider";

const address: Field = {
  name: "gitUrl",
  label: "Address",
  placeholder: "https://git.example.com/team/site.git",
  kind: "url",
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
  hosts: [{ label: "Any Git server", logo: "git.svg" }],
  urlField: "gitUrl",
  methods: { https, public: open },
};
