/** Who is signed in; a form stands over the page when nobody is, and the page goes on after it. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { Problem } from "@/api/problem";
import { onSignedOut, send } from "@/api/send";
import { Button } from "@/ui/button";
import { Field, PasswordInput } from "@/ui/field";
import { Wrong } from "@/ui/states";
import { allows, type Role } from "./routes";

export interface Me {
  id: string;
  name: string;
  role: Role;
  /** The password was made by the program and is to be changed first. */
  must_change_password?: boolean;
}

const Session = createContext<Me | undefined>(undefined);

/** Who reads the page. */
export function useMe(): Me {
  const me = use(Session);
  if (!me) throw new Error("nobody is signed in here");
  return me;
}

export function useMay(role: Role): boolean {
  return allows(useMe().role, role);
}

export function SessionGuard({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [lost, setLost] = useState(false);
  useEffect(() => onSignedOut(() => setLost(true)), []);
  const me = useQuery({
    queryKey: ["me"],
    queryFn: ({ signal }) => send<Me>("GET", "/api/auth/me", { signal }),
    retry: (count, error) => Problem.of(error).status === 0 && count < 3,
  });
  const nobody = lost || Problem.of(me.error).status === 401;
  const signedIn = () => {
    setLost(false);
    void client.invalidateQueries();
  };
  if (me.isPending) return null;
  if (!me.data && !nobody) return <Wrong error={me.error} onRetry={() => void me.refetch()} />;
  return (
    <>
      {me.data && <Session value={me.data}>{children}</Session>}
      {nobody && <SignIn onDone={signedIn} over={me.data !== undefined} />}
    </>
  );
}

export async function signOut(): Promise<void> {
  await send("POST", "/api/auth/logout");
  location.reload();
}

function SignIn({ onDone, over }: { onDone: () => void; over: boolean }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const submit = async () => {
    setBusy(true);
    try {
      await send("POST", "/api/auth/login", { body: { name, password } });
      onDone();
    } catch (error) {
      setProblem(Problem.of(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className={`fixed inset-0 z-40 grid place-items-center p-4 ${over ? "bg-[var(--scrim)]" : "bg-bg"}`}>
      <form
        className="card grid w-full max-w-sm gap-4 p-6 shadow-float"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h1 className="text-figure font-semibold">Sign in to Sitelode</h1>
        <Field label="User name">
          {(tie) => (
            <input
              {...tie}
              className="input"
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="Password">
          {(tie) => (
            <PasswordInput
              {...tie}
              name="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        {problem && (
          <p role="alert" className="text-danger">
            {problem.status === 401 ? "Name or password is wrong." : problem.title}
            {problem.retryAfter && ` Try again in ${problem.retryAfter} s.`}
          </p>
        )}
        <Button type="submit" look="primary" busy={busy} className="justify-center">
          Sign in
        </Button>
      </form>
    </main>
  );
}
