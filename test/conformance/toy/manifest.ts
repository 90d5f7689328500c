import type { Manifest } from "@/providers/provider";

/** A fictitious host with the minimal manifest of a type. */
export const manifest: Manifest = {
  label: "Toy",
  logo: "git.svg",
  docs: "https://toy.example.com/docs",
  hosts: [{ label: "Toy", logo: "git.svg" }],
  urlField: "toyUrl",
  ownerField: "toyOwner",
  methods: {
    token: {
      kind: "form",
      label: "Token",
      why: "The one way in.",
      recommended: true,
      fields: [
        { name: "toyUrl", label: "Address", required: true, kind: "url" },
        { name: "toyOwner", label: "Owner" },
        { name: "accessToken", label: "Access token", required: true, secret: true },
      ],
      scopes: [{ name: "read", why: "Reads.", needs: ["repositories", "branches", "gitRead"] }],
      steps: ["Open {toyUrl}/settings/tokens and create one."],
      can: ["repositories", "branches", "gitRead"],
      requires: ["accessToken"],
    },
  },
};
