/** Light, dark, or as the system has it. */

import { preference } from "@/ui/preferences";

export type Theme = "system" | "light" | "dark";
export const theme = preference<Theme>("theme", "system");

const dark = matchMedia("(prefers-color-scheme: dark)");

export function applyTheme(): void {
  const chosen = theme.get();
  document.documentElement.classList.toggle("dark", chosen === "dark" || (chosen === "system" && dark.matches));
}

export function nextTheme(): Theme {
  const order: Theme[] = ["system", "light", "dark"];
  const next = order[(order.indexOf(theme.get()) + 1) % order.length] ?? "system";
  theme.set(next);
  applyTheme();
  return next;
}

dark.addEventListener("change", applyTheme);
