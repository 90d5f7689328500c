import type { Principal } from "@/access/caller";
import type { Membership } from "@/access/signed-in";
import { personName } from "@/access/signed-in";
import { db } from "@/db/client";
import { uniqueViolation } from "@/db/violation";
import type { Me, UpdateProfile } from "@/features/user/contract";
import { me } from "@/features/user/me";
import { Fault } from "@/lib/fault";

/** Change what is given; a user name of null removes it. @throws Fault `conflict` when the user name is taken */
export async function updateProfile(
  who: Principal,
  membership: Membership | null,
  input: UpdateProfile,
): Promise<Me> {
  const { username, firstName, lastName } = input;
  try {
    const user = await db().user.update({
      where: { userId: who.userId },
      data: { username, firstName, lastName },
    });
    return await me({ ...who, name: personName(user) }, membership);
  } catch (error) {
    if (uniqueViolation(error) === null) throw error;
    throw new Fault("conflict", { code: "username_taken", params: { username: username ?? "" } });
  }
}
