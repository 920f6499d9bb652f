import { initTRPC, TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import superjson from 'superjson';

/** One HTTP request as the stub saw it. */
export interface SeenRequest {
  method: string;
  paths: string[];
  headers: Headers;
}

interface StubProblem {
  status: number;
  code: string;
  retryAfterSeconds?: number;
  details?: Record<string, unknown>;
}

const TRPC_CODES: Record<number, TRPCError['code']> = {
  401: 'UNAUTHORIZED',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  503: 'SERVICE_UNAVAILABLE',
};

class Refusal extends Error {
  readonly problem: StubProblem;

  constructor(problem: StubProblem) {
    super(problem.code);
    this.problem = problem;
  }
}

function refusal(problem: StubProblem): TRPCError {
  return new TRPCError({ code: TRPC_CODES[problem.status] ?? 'BAD_REQUEST', cause: new Refusal(problem) });
}

/**
 * A store of a few procedures behind a `fetch` of its own. Access tokens are `access-<n>`, and the highest `n` that was
 * given out is valid until `expireAccess()`; refreshing takes exactly the latest `refresh-<n>`.
 */
export function createStubStore() {
  const t = initTRPC.context<{ headers: Headers }>().create({
    transformer: superjson,
    errorFormatter: ({ shape, error }) => ({
      ...shape,
      data: { ...shape.data, ...(error.cause instanceof Refusal && { problem: error.cause.problem }) },
    }),
  });
  const steps = {
    stepUps: 0,
    /** The generation whose access token says that its owner was proven lately. */
    proven: -1,
    factors: {
      required: false,
      totp: { confirmedAt: new Date(0) } as object | null,
      passkeys: [],
      recoveryCodesLeft: 9,
    },
  };
  const state = {
    generation: 0,
    valid: 0,
    sessionOpen: true,
    refreshes: 0,
    logins: 0,
    loggedOut: [] as unknown[],
    ...steps,
  };
  const seen: SeenRequest[] = [];
  const failures: (() => Response | Error | undefined)[] = [];
  const answer = () => {
    state.generation += 1;
    state.valid = state.generation;
    const tokens = { accessToken: `access-${state.generation}`, refreshToken: `refresh-${state.generation}` };
    return { user: { email: 'ann@example.com' }, ...tokens, expiresIn: 300 };
  };
  const echo = t.procedure.input((value) => value).query(({ input }) => ({ input, at: new Date(0) }));
  const authorized = t.procedure.use(({ ctx, next }) => {
    const valid = state.sessionOpen && ctx.headers.get('authorization') === `Bearer access-${state.valid}`;
    if (!valid) throw refusal({ status: 401, code: 'unauthenticated' });
    return next();
  });
  const mutation = t.procedure.input((value) => value).mutation(({ input }) => ({ input }));
  const router = t.router({
    auth: t.router({
      login: t.procedure
        .input((value) => value as { email: string; password: string })
        .mutation(({ input }) => {
          if (input.password === 'first of two') {
            const details = { challenge: 'challenge-1', methods: ['totp', 'recovery_code'] };
            throw refusal({ status: 401, code: 'second_factor_required', details });
          }
          if (input.password === 'wrong') throw refusal({ status: 401, code: 'unauthenticated' });
          state.logins += 1;
          state.sessionOpen = true;
          return answer();
        }),
      refresh: t.procedure
        .input((value) => value as { refreshToken: string })
        .mutation(({ input }) => {
          state.refreshes += 1;
          if (!state.sessionOpen || input.refreshToken !== `refresh-${state.generation}`) {
            throw refusal({ status: 401, code: 'unauthenticated' });
          }
          return answer();
        }),
      logout: t.procedure
        .input((value) => value)
        .mutation(({ input }) => {
          state.loggedOut.push(input);
          return {};
        }),
      register: mutation,
      me: authorized.query(() => ({ email: 'ann@example.com' })),
    }),
    secondFactor: t.router({
      complete: t.procedure
        .input((value) => value as { challenge: string; code: string })
        .mutation(({ input }) => {
          if (input.challenge !== 'challenge-1' || input.code !== '123456') {
            throw refusal({ status: 401, code: 'second_factor_invalid' });
          }
          state.sessionOpen = true;
          return answer();
        }),
      list: authorized.query(() => state.factors),
      stepUp: authorized
        .input((value) => value as { code?: string; password?: string })
        .mutation(({ input }) => {
          state.stepUps += 1;
          if (input.code !== '123456') throw refusal({ status: 401, code: 'second_factor_invalid' });
          state.generation += 1;
          state.valid = state.generation;
          state.proven = state.generation;
          return { accessToken: `access-${state.generation}`, expiresIn: 300 };
        }),
      beginTotp: authorized.mutation(() => {
        if (state.proven !== state.valid) throw refusal({ status: 401, code: 'step_up_required' });
        return { secret: 'ABC', uri: 'otpauth://totp/x' };
      }),
    }),
    catalog: t.router({
      products: echo,
      product: echo,
      importBatch: mutation,
    }),
  });
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const path = new URL(request.url).pathname.replace('/trpc/', '');
    seen.push({ method: request.method, paths: path.split(','), headers: request.headers });
    const failed = failures.shift()?.();
    if (failed instanceof Error) throw failed;
    if (failed !== undefined) return failed;
    return fetchRequestHandler({
      endpoint: '/trpc',
      req: request,
      router,
      createContext: () => ({ headers: request.headers }),
    });
  };
  return {
    fetch,
    state,
    seen,
    /** The next requests fail like this, in order. */
    fail: (...next: typeof failures) => failures.push(...next),
    /** From now on every access token given out so far is refused. */
    expireAccess: () => {
      state.valid = -1;
    },
    endSession: () => {
      state.sessionOpen = false;
    },
  };
}

/** The request never left, as Node's fetch reports it. */
export function connectionRefused(): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
}

/** The connection broke; nobody knows whether the server got the request. */
export function connectionReset(): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
}

/** A problem as tRPC carries it, for one call or a batch of as many. */
export function problemResponse(problem: StubProblem, callsInBatch = 0): Response {
  const error = {
    json: { message: problem.code, code: -32603, data: { code: 'X', httpStatus: problem.status, problem } },
  };
  const body = callsInBatch === 0 ? { error } : Array.from({ length: callsInBatch }, () => ({ error }));
  return Response.json(body, { status: problem.status });
}

export function htmlResponse(status: number, headers: Record<string, string> = {}): Response {
  return new Response('<h1>Bad gateway</h1>', { status, headers: { 'content-type': 'text/html', ...headers } });
}
