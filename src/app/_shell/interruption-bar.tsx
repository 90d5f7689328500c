"use client";
import { ArrowLeftRight, LogIn } from "lucide-react";
import type { ReactNode } from "react";
import { Bar } from "@/app/_shell/bar";
import { useConnection } from "@/client/connection";
import { GoOnHere } from "@/client/go-on";
import { useMe } from "@/client/me";
import { useSwitched } from "@/client/organization";
import { SignInLink } from "@/client/sign-in-link";
import { Button } from "@/ui/button";

/** The session has ended, or works in another organization since. */
export function InterruptionBar({ retry }: { retry: ReactNode }) {
  const connection = useConnection();
  const switched = useSwitched();
  const here = useMe()?.organization;
  if (connection === "signedOut") {
    return (
      <Bar
        icon={LogIn}
        actions={
          <>
            <SignInLink />
            {retry}
          </>
        }
      >
        Your session has ended. Sign in in a new tab and come back: what you typed stays here.
      </Bar>
    );
  }
  if (!switched || !here) return null;
  const other = switched.to;
  return (
    <Bar
      icon={ArrowLeftRight}
      actions={
        <>
          <GoOnHere />
          <Button asChild size="small">
            <a href={other ? `/o/${other.slug}` : "/"}>Open {other?.name ?? "the other one"}</a>
          </Button>
        </>
      }
    >
      Another tab switched to <strong>{other?.name ?? "another organization"}</strong>. This page shows{" "}
      <strong>{here.name}</strong>, and nothing on it is saved until you go on there.
    </Bar>
  );
}
