import { scryptSync } from "node:crypto";

/** For tests: the password of `testPasswordHash`. */
export const testPassword = "correct horse battery";

const salt = Buffer.alloc(16, 7);
const key = scryptSync(testPassword, salt, 32, { N: 16, r: 8, p: 1 }).toString("base64").replace("=", "");

/** For tests: a stored hash names its own cost, and this one takes no time to verify. */
export const testPasswordHash = `$scrypt$ln=4,r=8,p=1$${salt.toString("base64").replaceAll("=", "")}$${key}`;
