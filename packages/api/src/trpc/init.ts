import { initTRPC } from '@trpc/server';
import type { Ctx } from '../context.ts';
import { toDomainError, toProblem } from './errors.ts';
import type { ProcedureMeta } from './meta.ts';
import { transformer } from './transformer.ts';

/** The one tRPC instance. Its error shape carries the same problem that REST answers. */
export const t = initTRPC
  .context<Ctx>()
  .meta<ProcedureMeta>()
  .create({
    transformer,
    isDev: false,
    errorFormatter({ shape, error, ctx }) {
      const problem = toProblem(toDomainError(error), ctx?.requestId);
      return { ...shape, message: problem.detail ?? problem.title, data: { ...shape.data, problem } };
    },
  });
