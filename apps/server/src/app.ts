import { type Runtime, refuse } from '@cartwright/api';
import { Hono } from 'hono';
import { answerError, answerJson } from './http/answer.ts';
import { mountDocs, openApiHandler } from './http/docs.ts';
import type { AppContext, AppEnv } from './http/exchange.ts';
import { exchangeMiddleware } from './http/exchange-middleware.ts';
import { databaseProbe } from './http/health.ts';
import { mountSignInPage } from './http/sign-in-page.ts';
import { mediaRoutes } from './media/media-routes.ts';
import { uploadForm } from './media/upload-route.ts';
import { socialRoutes } from './oauth/social-routes.ts';
import { restHandler } from './rest/handler.ts';
import { trpcHandler } from './trpc.ts';
import { stripeWebhook } from './webhooks/stripe.ts';

export interface AppOptions {
  /** True once the process is on its way out, so that balancers stop sending. */
  isDraining?: () => boolean;
}

/** Every HTTP face of one runtime. Nothing listens yet; `createApp(runtime).request('/…')` answers in process. */
export function createApp(runtime: Runtime, { isDraining = () => false }: AppOptions = {}): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.onError((error, c) => answerError(c, error));
  app.notFound((c) => answerError(c, refuse('not_found')));
  app.use(exchangeMiddleware(runtime));

  app.post('/v1/admin/media', uploadForm);
  app.all('/v1/*', restHandler());
  app.use('/trpc/*', trpcHandler());
  app.route('/webhooks/stripe', stripeWebhook(runtime));
  app.route('/auth', socialRoutes(runtime));
  app.route('/media', mediaRoutes(runtime));

  // GET and HEAD of one path; any other method is refused with `Allow`.
  const serveGet = (path: string, handler: (c: AppContext) => Response | Promise<Response>): void => {
    app.get(path, handler);
    app.all(path, (c) => answerError(c, refuse('method_not_allowed'), { allow: 'GET, HEAD' }));
  };
  const isDatabaseUp = databaseProbe(runtime);
  serveGet('/health/live', (c) => answerJson(c, { status: 'ok' }));
  serveGet('/health/ready', async (c) => {
    const status = isDraining() ? 'draining' : (await isDatabaseUp()) ? 'ok' : 'database_unavailable';
    return answerJson(c, { status }, status === 'ok' ? 200 : 503);
  });
  serveGet('/.well-known/jwks.json', async (c) =>
    answerJson(c, await runtime.accessTokens.jwks(), 200, { 'cache-control': 'public, max-age=300' }),
  );
  serveGet('/openapi.json', openApiHandler());
  mountDocs(serveGet);
  if (!runtime.config.production) mountSignInPage(serveGet);
  serveGet('/', (c) => answerJson(c, { name: 'Cartwright', docs: '/docs', openapi: '/openapi.json' }));
  return app;
}
