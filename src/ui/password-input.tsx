"use client";
import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { cn } from "@/ui/class-names";
import { Input } from "@/ui/input";

/** A password or token, hidden until asked for. Spelling aids stay off: they would send it elsewhere. */
export function PasswordInput({ className, ...rest }: Omit<ComponentProps<"input">, "type">) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <span className="relative block">
      <Input
        {...rest}
        type={shown ? "text" : "password"}
        spellCheck={false}
        autoCapitalize="none"
        className={cn("pr-10", className)}
      />
      <button
        type="button"
        aria-label={shown ? "Hide" : "Show"}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute inset-y-0 right-0 grid w-10 place-items-center rounded-md text-soft hover:text-ink"
      >
        <Icon className="size-4" aria-hidden="true" />
      </button>
    </span>
  );
}
