/** Errors as the API tells them: RFC 9457 problem details. */

export interface FieldError {
  pointer: string;
  detail: string;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly traceId: string | undefined;
  readonly fields: readonly FieldError[];
  /** Seconds after which another try makes sense. */
  readonly retryAfter: number | undefined;

  constructor(status: number, body: Record<string, unknown>, retryAfter?: number) {
    const title = typeof body.title === "string" ? body.title : `The server answered ${status}`;
    super(title);
    this.name = "Problem";
    this.status = status;
    this.title = title;
    this.code = typeof body.code === "string" ? body.code : "unknown";
    this.detail = typeof body.detail === "string" ? body.detail : undefined;
    this.traceId = typeof body.trace_id === "string" ? body.trace_id : undefined;
    this.fields = Array.isArray(body.errors) ? body.errors.filter(isFieldError) : [];
    this.retryAfter = retryAfter;
  }

  /** Any thrown thing as a problem. */
  static of(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof TypeError) {
      return new Problem(0, {
        title: "The server cannot be reached",
        detail: "Is it running? The page goes on when it is back.",
      });
    }
    return new Problem(0, { title: error instanceof Error ? error.message : String(error) });
  }

  /** What an answer that is not good says. */
  static async from(response: Response): Promise<Problem> {
    const body: unknown = await response.json().catch(() => ({}));
    const retryAfter = Number(response.headers.get("retry-after")) || undefined;
    return new Problem(response.status, isObject(body) ? body : {}, retryAfter);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFieldError(value: unknown): value is FieldError {
  return isObject(value) && typeof value.pointer === "string" && typeof value.detail === "string";
}
