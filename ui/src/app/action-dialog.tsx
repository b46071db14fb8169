/** One action, from its schema to its outcome: the form, what it would do, the confirmation, what it did. */

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { type Action, type ActionAnswer, runAction, useAction } from "@/api/actions";
import { Problem } from "@/api/problem";
import { idempotencyKey } from "@/api/send";
import { check, type Errors, pruned } from "@/forms/check";
import type { Schema } from "@/forms/schema";
import { SchemaForm } from "@/forms/schema-form";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Copy } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Skeleton, Wrong } from "@/ui/states";
import { toast } from "@/ui/toast";

interface ActionDialogProps {
  type: string;
  /** What is known beforehand, such as the job that the menu was opened on. */
  payload?: Record<string, unknown>;
  /** Said above the form: what it is done to, in words. */
  about?: React.ReactNode;
  onClose: () => void;
  onDone?: (answer: ActionAnswer) => void;
}

export function ActionDialog({ type, payload: given = {}, about, onClose, onDone }: ActionDialogProps) {
  const action = useAction(type);
  const client = useQueryClient();
  const [payload, setPayload] = useState<unknown>(given);
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState<unknown>();
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState<"trying" | "running">();
  const [answer, setAnswer] = useState<ActionAnswer>();
  // The same click, sent again after a lost connection, is the same request.
  const key = useRef<string>(idempotencyKey());
  if (!action) {
    return (
      <Dialog title={type} onClose={onClose}>
        <Skeleton />
      </Dialog>
    );
  }
  const run = async (dryRun: boolean) => {
    const value = pruned(payload) as Record<string, unknown>;
    const wrong = check(value, formSchema(action));
    setErrors(wrong);
    setProblem(undefined);
    if (Object.keys(wrong).length > 0) return focusFirst(wrong);
    setBusy(dryRun ? "trying" : "running");
    try {
      const request = {
        type,
        payload: value,
        ...(dryRun && { dry_run: true }),
        ...(action.confirm && { confirm: typed }),
      };
      const got = await runAction(request, dryRun ? undefined : key.current);
      setAnswer(got);
      if (!dryRun) {
        key.current = idempotencyKey();
        void client.invalidateQueries();
        toast(got.status === "accepted" ? `${action.title}: accepted` : `${action.title}: done`);
        onDone?.(got);
      }
    } catch (error) {
      const told = Problem.of(error);
      const fields = Object.fromEntries(
        told.fields.map((field) => [field.pointer.replace(/^\/payload/, ""), field.detail]),
      );
      setErrors(fields);
      setProblem(told);
      key.current = told.status === 0 ? key.current : idempotencyKey();
    } finally {
      setBusy(undefined);
    }
  };
  const ready = !action.confirm || typed === type;
  const finished = answer !== undefined && answer.status !== "dry_run";
  return (
    <Dialog
      title={action.title}
      onClose={onClose}
      wide={finished}
      footer={
        finished ? (
          <Button onClick={onClose}>Close</Button>
        ) : (
          <>
            <Button onClick={onClose}>{action.risk === "high" ? "Keep as is" : "Cancel"}</Button>
            {action.dry_run && (
              <Button busy={busy === "trying"} onClick={() => void run(true)}>
                Preview
              </Button>
            )}
            <Button
              look={action.risk === "high" ? "danger" : "primary"}
              disabled={!ready}
              busy={busy === "running"}
              onClick={() => void run(false)}
            >
              {action.title}
            </Button>
          </>
        )
      }
    >
      <p className="mb-3 text-fg-2">{action.summary}</p>
      {about && <div className="mb-3 rounded-control bg-surface-2 px-3 py-2">{about}</div>}
      {!finished && (
        <div className="grid gap-3">
          <SchemaForm schema={formSchema(action)} value={payload} onChange={setPayload} errors={errors} />
          {answer && <Outcome answer={answer} />}
          {action.confirm && (
            <Field
              label={
                <>
                  Type <code className="rounded bg-surface-2 px-1 font-mono font-semibold text-fg">{type}</code> to
                  confirm
                </>
              }
            >
              {(tie) => (
                <input
                  {...tie}
                  className="input font-mono"
                  autoComplete="off"
                  spellCheck={false}
                  value={typed}
                  onChange={(event) => setTyped(event.target.value)}
                />
              )}
            </Field>
          )}
        </div>
      )}
      {finished && <Outcome answer={answer} />}
      {problem !== undefined && <Wrong error={problem} />}
    </Dialog>
  );
}

/** What an action did, or would do. */
function Outcome({ answer }: { answer: ActionAnswer }) {
  const text = JSON.stringify(answer.result, null, 2);
  const counts = Object.entries(answer.result).filter(([, value]) => typeof value === "number");
  return (
    <section aria-live="polite" className="grid gap-2 rounded-control border border-line p-3">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={answer.status === "done" ? "green" : "blue"}>{answer.status.replace("_", " ")}</Badge>
        {counts.map(([name, value]) => (
          <span key={name} className="text-fg-2">
            {name} <b className="font-semibold text-fg">{(value as number).toLocaleString("en")}</b>
          </span>
        ))}
        <span className="ml-auto">
          <Copy text={text} what="the result" />
        </span>
      </div>
      <pre className="max-h-72 overflow-auto whitespace-pre-wrap break-words rounded-control bg-surface-2 p-2 font-mono text-meta">
        {text}
      </pre>
    </section>
  );
}

/** The schema that is filled in: trying out is a button of its own. */
function formSchema(action: Action): Schema {
  const { dry_run: _, ...properties } = action.payload_schema.properties ?? {};
  return action.dry_run ? { ...action.payload_schema, properties } : action.payload_schema;
}

function focusFirst(errors: Errors): void {
  const pointer = Object.keys(errors)[0];
  const field = [...document.querySelectorAll<HTMLElement>("[data-pointer]")].find(
    (candidate) => candidate.dataset.pointer === pointer,
  );
  field?.focus();
}
