import { z } from "zod";
import { baseText, baseUrl } from "@/providers/kit/base-url";

/** The settings column of a host's address: kept with its sub-path and without a slash at its end. */
export const Address = z
  .string()
  .max(2048)
  .refine(isAddress, "Write the address like https://git.example.com, without user name or password.")
  .transform((text) => baseText(baseUrl(text)));

function isAddress(text: string): boolean {
  try {
    baseUrl(text);
    return true;
  } catch {
    return false;
  }
}
