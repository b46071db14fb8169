/** How far something is, or how full: a bar and the number beside it. */

import { type Tone, toneClass } from "./badge";
import { classes } from "./classes";

interface MeterProps {
  value: number;
  max: number;
  label: string;
  tone?: Tone;
  /** Beside the bar; the percentage unless said. */
  text?: string;
}

export function Meter({ value, max, label, tone = "blue", text }: MeterProps) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  return (
    <span className="flex items-center gap-2">
      <svg
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={value}
        viewBox="0 0 100 6"
        preserveAspectRatio="none"
        className={classes(toneClass(tone), "h-1.5 w-24 rounded-full bg-surface-3")}
      >
        <rect width={share * 100} height="6" rx="3" className="fill-tone-solid" />
      </svg>
      <span className="text-fg-2 text-meta">{text ?? `${Math.round(share * 100)} %`}</span>
    </span>
  );
}
