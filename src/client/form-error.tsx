"use client";
import dynamic from "next/dynamic";
import { clientFault, formMessage } from "@/client/fault";
import { switchedReason, useSwitched } from "@/client/organization";
import { Alert } from "@/ui/alert";

// Loaded only after another tab switched the organization.
const GoOnHere = dynamic(() => import("@/client/go-on").then((module) => module.GoOnHere));

/** Why a form was not taken, above its buttons. `fields` show their own issues. */
export function FormError({ error, fields = [] }: { error: unknown; fields?: readonly string[] }) {
  const switched = useSwitched();
  const message = formMessage(error, fields);
  if (!message) return null;
  const isSwitch = clientFault(error).reason === switchedReason;
  // The organization of the page is active again, so the refusal is outdated.
  if (isSwitch && !switched) return null;
  return (
    <Alert tone="bad" actions={isSwitch && <GoOnHere />}>
      {message}
    </Alert>
  );
}
