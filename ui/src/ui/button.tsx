/** Buttons: one look for each weight of a deed. */

import { LoaderCircle, type LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";
import { classes } from "./classes";

type Look = "plain" | "primary" | "danger" | "danger-outline" | "ghost";

const LOOKS: Record<Look, string> = {
  plain: "control",
  primary: "control border-transparent bg-accent! text-accent-fg hover:brightness-110",
  danger: "control border-transparent bg-danger! text-danger-fg hover:brightness-110",
  "danger-outline": "control text-danger",
  ghost: "control border-transparent bg-transparent",
};

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  icon?: LucideIcon;
  /** Shows that it is at work and takes no second click. */
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = "plain", icon: Icon, busy = false, children, className, ...rest }: ButtonProps) {
  const Shown = busy ? LoaderCircle : Icon;
  const spin = busy ? "animate-spin" : undefined;
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      onClick={busy ? undefined : rest.onClick}
      className={classes(LOOKS[look], className)}
    >
      {Shown && <Shown aria-hidden size={15} className={spin} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: LucideIcon;
  /** What it does, for the tooltip and for those who don't see the icon. */
  label: string;
  size?: number;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon: Icon, label, size = 16, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={classes(
        "inline-grid size-8 place-items-center rounded-control text-fg-2 hover:bg-surface-2 hover:text-fg disabled:opacity-50",
        className,
      )}
    >
      <Icon aria-hidden size={size} />
    </button>
  );
}
