import { X509Certificate } from "node:crypto";
import { z } from "zod";
import type { Field } from "@/providers/provider";

/** The setting of the types that take one: certificates of authorities in PEM, trusted for it alone. */
export const caField = "caCertificate";

const mostCertificates = 10;
const maxLength = 20_000;

export interface Authority {
  subject: string;
  /** ISO instant. */
  validTo: string;
}

/** The certificates in a text of PEM, each as one text in one spelling. */
export function certificatesIn(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

/** What people know each authority by. */
export function authoritiesIn(text: string): Authority[] {
  return certificatesIn(text).flatMap((pem) => {
    const read = readCertificate(pem);
    return read ? [{ subject: nameOf(read), validTo: new Date(read.validTo).toISOString() }] : [];
  });
}

function nameOf({ subject }: X509Certificate): string {
  const parts = new Map((subject ?? "").split("\n").map((line) => line.split("=", 2) as [string, string]));
  return (parts.get("CN") ?? parts.get("O") ?? [...parts.values()].join(", ")).slice(0, 200);
}

function readCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null; // null says that it is none
  }
}

/** Why a text cannot be used; null when it can. */
function problemOf(text: string): string | null {
  const found = certificatesIn(text);
  if (/PRIVATE KEY/.test(text))
    return "This holds a private key, which Slipway must not have. Paste the certificate of the authority alone.";
  const rest = found.reduce((left, pem) => left.replace(pem, ""), text);
  if (found.length === 0 || rest.trim() !== "")
    return "Paste certificates in PEM and nothing else: lines from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.";
  if (found.length > mostCertificates) return `These are more than ${mostCertificates} certificates.`;
  return found.every(readCertificate) ? null : "A certificate in this cannot be read. Copy it again.";
}

/** The column: one spelling, so that the same certificates are never taken for a change. */
export const CaCertificate = z
  .string()
  .max(maxLength, `This is too long: ${maxLength.toLocaleString("en")} characters at most.`)
  .transform((text, context) => {
    const message = problemOf(text);
    if (message === null) return certificatesIn(text.replace(/\r/g, "")).join("\n");
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

/** The input in the form, behind "More options". */
export const caInput: Field = {
  name: caField,
  label: "Certificate authority",
  help: "For a server whose certificate comes from an authority of your own: its certificate in PEM. It is trusted for this provider alone, beside the public ones. To change it the credential is entered again.",
  placeholder: "-----BEGIN CERTIFICATE-----",
  kind: "multiline",
  advanced: true,
};
