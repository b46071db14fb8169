/** Single keys, none of which fire while somebody types; they can be switched off. */

import { useEffect } from "react";
import { preference } from "@/ui/preferences";

export const singleKeys = preference<"on" | "off">("keys", "on");

/** Every key, for the sheet that `?` shows. */
export const SHEET: readonly [keys: string, does: string][] = [
  ["Ctrl K", "Search or run anything"],
  ["/", "Search this list"],
  ["j k", "Next, previous row"],
  ["x", "Tick the row; Shift X ticks up to it"],
  ["Enter", "Open the row"],
  ["Esc", "Close what is open"],
  ["r c", "Retry, cancel the job"],
  ["g d", "Go to the dashboard; g and another letter to other views"],
  ["t", "Theme"],
  ["Space", "Pause and resume live updates"],
  ["?", "This sheet"],
];

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select") !== null)
  );
}

/** How long after `g` the second key counts. */
const CHORD_MS = 1_000;

/** Calls back with a key, or with two for "g" and another. */
export function useShortcuts(onKeys: (keys: string) => boolean): void {
  useEffect(() => {
    let chordUntil = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || singleKeys.get() === "off" || isTyping(event.target)) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector("dialog:modal")) return;
      const chord = event.timeStamp < chordUntil;
      chordUntil = 0;
      if (event.key === "g" && !chord) {
        chordUntil = event.timeStamp + CHORD_MS;
        return;
      }
      if (onKeys(chord ? `g ${event.key}` : event.key)) event.preventDefault();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [onKeys]);
}
