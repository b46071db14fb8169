/** A labelled input with its hint and what is wrong with it. */

import { Eye, EyeOff } from "lucide-react";
import { type InputHTMLAttributes, type ReactNode, useId, useState } from "react";
import { classes } from "./classes";

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  /** Gets what ties the input to its label, hint and error. */
  children: (tie: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ReactNode;
}

export function Field({ label, hint, error, optional = false, children }: FieldProps) {
  const id = useId();
  const notes = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium text-fg-2 text-meta">
        {label} {optional && <span className="font-normal text-fg-3">optional</span>}
      </label>
      {children({
        id,
        ...(notes && { "aria-describedby": notes }),
        ...(error && { "aria-invalid": true as const }),
      })}
      {hint && (
        <p id={`${id}-hint`} className="text-fg-3 text-meta">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-danger text-meta">
          {error}
        </p>
      )}
    </div>
  );
}

/** A password that may be looked at. */
export function PasswordInput({ className, ...rest }: InputHTMLAttributes<HTMLInputElement>) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="relative">
      <input {...rest} type={shown ? "text" : "password"} className={classes("input pr-9", className)} />
      <button
        type="button"
        aria-pressed={shown}
        aria-label="Show the password"
        onClick={() => setShown(!shown)}
        className="absolute top-1 right-1 grid size-6 place-items-center rounded text-fg-3 hover:text-fg"
      >
        <Icon aria-hidden size={15} />
      </button>
    </div>
  );
}
