import { isAddress, isDenied } from "@/lib/address";

const localNames = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|test|example|invalid|home\.arpa)$/;

/**
 * Whether hosts on the Internet may reach this address, by what it says: a public name or address. DNS is not queried,
 * so a private name that looks public counts as public.
 */
export function isPublic(address: string): boolean {
  const host = new URL(address).hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (isAddress(host)) return !isDenied(host);
  return host.includes(".") && !localNames.test(host);
}
