import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { isCommonPassword } from "@/access/common-passwords";
import { Fault } from "@/lib/fault";

const cost = { ln: 15, r: 8, p: 3 };
const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]{16,86})\$([\w+/]{43,86})$/;

interface Stored {
  options: ScryptOptions;
  salt: Buffer;
  key: Buffer;
}

/**
 * Hash a new password for storage: scrypt in the PHC string form, about 0.2 s of one core and 32 MiB.
 * @param field where it was given
 * @throws Fault `invalid_input` reason `password_common` for one that everybody would try
 */
export async function hashPassword(
  password: string,
  field: "password" | "newPassword" = "password",
): Promise<string> {
  if (isCommonPassword(password)) throw tooCommon(field);
  const salt = randomBytes(16);
  const key = await derive(password, salt, 32, options(cost));
  return phc(salt, key);
}

/**
 * Whether the password belongs to the stored hash. Without a hash (nobody has that e-mail address) it takes the same
 * time and returns false, so that the response time does not reveal who has an account.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const known = stored === null ? null : parse(stored);
  const { options, salt, key } = known ?? nobody();
  const derived = await derive(password, salt, key.length, options);
  return timingSafeEqual(derived, key) && known !== null;
}

function tooCommon(path: string): Fault {
  const reason = { code: "password_common" } as const;
  const { message } = new Fault("invalid_input", reason);
  return new Fault("invalid_input", reason, { issues: [{ path, message }] });
}

function parse(stored: string): Stored | null {
  const [, ln, r, p, salt, key] = form.exec(stored) ?? [];
  if (!salt || !key) return null;
  return {
    options: options({ ln: Number(ln), r: Number(r), p: Number(p) }),
    salt: Buffer.from(salt, "base64"),
    key: Buffer.from(key, "base64"),
  };
}

function nobody(): Stored {
  return { options: options(cost), salt: randomBytes(16), key: randomBytes(32) };
}

function options({ ln, r, p }: typeof cost): ScryptOptions {
  const N = 2 ** ln;
  return { N, r, p, maxmem: 128 * N * r + 128 * r * p + 1_048_576 };
}

function phc(salt: Buffer, key: Buffer): string {
  const [saltText, keyText] = [salt, key].map((part) => part.toString("base64").replaceAll("=", ""));
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${saltText}$${keyText}`;
}

function derive(password: string, salt: Buffer, length: number, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, length, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
