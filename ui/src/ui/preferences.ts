/** What a reader prefers, kept in the browser: theme, density, zone, columns. */

import { useSyncExternalStore } from "react";

export interface Preference<T extends string> {
  get: () => T;
  set: (value: T) => void;
  use: () => T;
}

/** A preference under that name; other tabs hear of changes. */
export function preference<T extends string>(name: string, usual: T): Preference<T> {
  const listeners = new Set<() => void>();
  const read = (): T => {
    try {
      return (localStorage.getItem(name) as T | null) ?? usual;
    } catch {
      return usual;
    }
  };
  let value = read();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  window.addEventListener("storage", (event) => {
    if (event.key === name) {
      value = read();
      tell();
    }
  });
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };
  return {
    get: () => value,
    set: (next) => {
      value = next;
      try {
        localStorage.setItem(name, next);
      } catch {
        // It holds for this page then.
      }
      tell();
    },
    use: () => useSyncExternalStore(subscribe, () => value),
  };
}
