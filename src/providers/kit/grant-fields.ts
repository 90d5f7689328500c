import type { Field } from "@/providers/provider";

/**
 * The tokens of a grant that exists already, for whoever brings one along instead of signing in.
 * @param of what they were granted to, as it ends the sentence: "this application"
 */
export function grantFields(of: string): Field[] {
  return [
    {
      name: "accessToken",
      label: "Access token",
      help: `Only to bring a grant along that ${of} has already.`,
      secret: true,
      advanced: true,
    },
    {
      name: "refreshToken",
      label: "Refresh token",
      help: "Of the same grant, so that it can be renewed.",
      secret: true,
      advanced: true,
    },
  ];
}
