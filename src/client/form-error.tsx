"use client";
import dynamic from "next/dynamic";
import { clientFault, formMessage } from "@/client/fault";
import { switchedReason, useSwitched } from "@/client/organization";
import { Alert } from "@/ui/alert";

// Loaded only after another tab switched the organization, or the session ended.
const GoOnHere = dynamic(() => import("@/client/go-on").then((module) => module.GoOnHere));
const SignInLink = dynamic(() => import("@/client/sign-in-link").then((module) => module.SignInLink));

/** Why a form was not taken, above its buttons. `fields` show their own issues. */
export function FormError({ error, fields = [] }: { error: unknown; fields?: readonly string[] }) {
  const switched = useSwitched();
  const message = formMessage(error, fields);
  if (!message) return null;
  const isSwitch = clientFault(error).reason === switchedReason;
  // The organization of the page is active again, so the refusal is outdated.
  if (isSwitch && !switched) return null;
  const action = isSwitch ? <GoOnHere /> : clientFault(error).reason === "signed_out" && <SignInLink />;
  return (
    <Alert tone="bad" actions={action}>
      {message}
    </Alert>
  );
}
