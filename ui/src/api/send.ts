/** Every request to the API goes through here: same-origin, JSON, problems as errors, lost sessions noticed. */

import { Problem } from "./problem";

type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface Request {
  query?: Record<string, string | number | boolean | string[] | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const signedOut = new Set<() => void>();

/** Calls back when the server no longer knows the session. */
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener);
  return () => {
    signedOut.delete(listener);
  };
}

/** Sends a request; the answer's JSON, or nothing for an empty one. Throws a {@link Problem}. */
export async function send<T>(method: Method, path: string, request: Request = {}): Promise<T> {
  const { query, body, headers, signal } = request;
  const response = await fetch(path + queryString(query), {
    method,
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (response.status === 401 && !path.startsWith("/api/auth/login")) for (const tell of signedOut) tell();
  if (!response.ok) throw await Problem.from(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Lists go as one value with commas, as the API reads them. */
export function queryString(query: Request["query"] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const text = Array.isArray(value) ? value.join(",") : value;
    if (text !== undefined && text !== "") search.set(name, String(text));
  }
  const written = search.toString();
  return written && `?${written}`;
}

/** A key under which the same request is done once, however often it is sent. */
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
