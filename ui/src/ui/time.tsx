/** Times: how long ago at a glance, exactly on hover, in the reader's zone or in UTC. */

import { useSyncExternalStore } from "react";
import { preference } from "./preferences";

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Number.POSITIVE_INFINITY],
];
const SHORT: Partial<Record<Intl.RelativeTimeFormatUnit, string>> = {
  second: "s",
  minute: "min",
  hour: "h",
  day: "d",
  month: "mo",
  year: "y",
};

/** "5 min ago", "in 2 h", "now". */
export function relative(at: Date, now: Date): string {
  let amount = (at.getTime() - now.getTime()) / 1000;
  if (Math.abs(amount) < 5) return "now";
  for (const [unit, size] of STEPS) {
    if (Math.abs(amount) < size) {
      const whole = `${Math.round(Math.abs(amount))} ${SHORT[unit]}`;
      return amount < 0 ? `${whole} ago` : `in ${whole}`;
    }
    amount /= size;
  }
  return "";
}

/** "2026-11-22 06:34:15", in that zone. */
export function exact(at: Date, zone: "local" | "utc"): string {
  const options: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "medium" };
  if (zone === "utc") options.timeZone = "UTC";
  return `${new Intl.DateTimeFormat("sv-SE", { ...options, dateStyle: "short" }).format(at)}${zone === "utc" ? " UTC" : ""}`;
}

/** A length of time: "853 ms", "4.1 s", "2 min 5 s", "3 h 10 min". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1000)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

// One clock for all times on the page.
const listeners = new Set<() => void>();
let tick = 0;
let timer: ReturnType<typeof setInterval> | undefined;
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    tick += 1;
    for (const tell of listeners) tell();
  }, 10_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

export const timeZone = preference<"local" | "utc">("zone", "local");

export function Time({ at, missing = "–" }: { at: string | null | undefined; missing?: string }) {
  useSyncExternalStore(subscribe, () => tick);
  const zone = timeZone.use();
  if (!at) return <span className="text-fg-3">{missing}</span>;
  const date = new Date(at);
  const other = zone === "utc" ? "local" : "utc";
  return (
    <time dateTime={at} title={`${exact(date, zone)} (${exact(date, other)})`} className="whitespace-nowrap">
      {relative(date, new Date())}
    </time>
  );
}
