/** The catalogue of actions, and the one way to run one. */

import { useQuery } from "@tanstack/react-query";
import type { Role } from "@/app/routes";
import type { Schema } from "@/forms/schema";
import { idempotencyKey, send } from "./send";

export interface Action {
  type: string;
  category: string;
  view: string;
  title: string;
  summary: string;
  role: Role;
  risk: "low" | "medium" | "high";
  /** It changes nothing. */
  reads: boolean;
  /** It can be tried out: `dry_run` in its payload. */
  dry_run: boolean;
  /** It wants its own type, typed by a person. */
  confirm: boolean;
  payload_schema: Schema;
  result_schema: Schema;
}

export interface ActionRequest {
  type: string;
  payload: Record<string, unknown>;
  confirm?: string;
}

export interface ActionAnswer {
  request_id: string;
  type: string;
  status: "done" | "accepted" | "dry_run";
  result: Record<string, unknown>;
  audit_id: string | null;
  duration_ms: number;
  idempotent_replay: boolean;
}

export const ACTIONS_KEY = ["actions"] as const;

export function useActions() {
  return useQuery({
    queryKey: ACTIONS_KEY,
    queryFn: ({ signal }) => send<{ items: Action[] }>("GET", "/api/admin/actions", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    select: (answer) => answer.items,
  });
}

export function useAction(type: string): Action | undefined {
  return useActions().data?.find((action) => action.type === type);
}

/** Runs an action. `key` makes another try of the same click harmless. */
export function runAction(request: ActionRequest, key = idempotencyKey()): Promise<ActionAnswer> {
  return send("POST", "/api/admin/action", { body: request, headers: { "idempotency-key": key } });
}
