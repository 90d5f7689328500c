import { changePassword } from "@/features/user/change-password";
import {
  ChangePassword,
  EndSession,
  Me,
  RequestPasswordReset,
  RequestPasswordResetResult,
  ResetPassword,
  UpdateProfile,
  UserSessionList,
} from "@/features/user/contract";
import { endOwnSession } from "@/features/user/end-session";
import { me } from "@/features/user/me";
import { requestPasswordReset } from "@/features/user/request-password-reset";
import { resetPassword } from "@/features/user/reset-password";
import { sessions } from "@/features/user/sessions";
import { updateProfile } from "@/features/user/update-profile";
import { Nothing } from "@/lib/shape";
import { anyone, router, sessionOnly, signedIn } from "@/rpc/procedure";

export const userRouter = router({
  me: signedIn({ summary: "Who is calling, and what they may do" })
    .output(Me)
    .query(async ({ ctx }) => me(ctx.who, await ctx.membership())),
  updateProfile: sessionOnly({ summary: "Change one's names" })
    .input(UpdateProfile)
    .output(Me)
    .mutation(async ({ ctx, input }) => updateProfile(ctx.who, await ctx.membership(), input)),
  changePassword: sessionOnly({ summary: "Change one's password and end all other sessions" })
    .input(ChangePassword)
    .output(Nothing)
    .mutation(({ ctx, input }) => changePassword(ctx.who, ctx.sessionId, input)),
  requestPasswordReset: anyone({ summary: "Send a link that resets a password" })
    .input(RequestPasswordReset)
    .output(RequestPasswordResetResult)
    .mutation(({ ctx, input }) => requestPasswordReset(ctx.origin, input)),
  resetPassword: anyone({ summary: "Set a new password with the token of a reset link" })
    .input(ResetPassword)
    .output(Nothing)
    .mutation(({ ctx, input }) => resetPassword(ctx.origin, input)),
  sessions: sessionOnly({ summary: "Where the caller is signed in" })
    .output(UserSessionList)
    .query(({ ctx }) => sessions(ctx.who, ctx.sessionId)),
  endSession: sessionOnly({ summary: "Sign out in one place" })
    .input(EndSession)
    .output(Nothing)
    .mutation(({ ctx, input }) => endOwnSession(ctx.who, input)),
});
