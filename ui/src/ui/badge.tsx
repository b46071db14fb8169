/** A word on a ground of its tone; never colour alone. */

import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "./classes";

export type Tone = "slate" | "violet" | "blue" | "amber" | "green" | "red" | "orange" | "gray";

// Written out so that the style sheet keeps them.
const TONES: Record<Tone, string> = {
  slate: "tone-slate",
  violet: "tone-violet",
  blue: "tone-blue",
  amber: "tone-amber",
  green: "tone-green",
  red: "tone-red",
  orange: "tone-orange",
  gray: "tone-gray",
};

export function toneClass(tone: Tone): string {
  return TONES[tone];
}

interface BadgeProps {
  tone: Tone;
  icon?: LucideIcon;
  pulse?: boolean;
  children: ReactNode;
}

export function Badge({ tone, icon: Icon, pulse = false, children }: BadgeProps) {
  return (
    <span
      className={classes(
        TONES[tone],
        "inline-flex h-5 items-center gap-1 whitespace-nowrap rounded bg-tone-soft px-1.5 text-meta font-medium text-tone",
      )}
    >
      {Icon && <Icon aria-hidden size={12} className={pulse ? "pulse" : undefined} />}
      {children}
    </span>
  );
}
