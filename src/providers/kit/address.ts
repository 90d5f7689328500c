import { z } from "zod";
import { baseText, baseUrl } from "@/providers/kit/base-url";

/** The settings column of a host's address: kept with its sub-path and without a slash at its end. */
export const Address = z
  .string()
  .max(2048)
  .transform((text, context) => {
    try {
      return baseText(baseUrl(text));
    } catch {
      const message = "Write the address like https://git.example.com, without user name or password.";
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
  });
