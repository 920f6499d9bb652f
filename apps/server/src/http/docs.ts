import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { refuse } from '@cartwright/api';
import { openApiDocument } from '../rest/openapi.ts';
import { answer } from './answer.ts';
import { answerFile } from './answer-file.ts';
import type { AppContext } from './exchange.ts';

// Swagger UI sets style attributes; everything else comes from files of this server.
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cartwright API</title>
<link rel="icon" type="image/png" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/initializer.js"></script>
</body>
</html>
`;

const INITIALIZER = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#swagger-ui',
  presets: [SwaggerUIBundle.presets.apis],
  docExpansion: 'list',
  filter: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

/** Files of swagger-ui-dist that the page uses. */
const ASSETS: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The OpenAPI document as JSON, made when it is first asked for. */
export function openApiHandler(): (c: AppContext) => Response {
  let text: string | undefined;
  return (c) => {
    text ??= JSON.stringify(openApiDocument());
    return answer(c, text, { status: 200, headers: { 'content-type': 'application/json' } });
  };
}

/** Swagger UI at `/docs`, with nothing from anywhere else. */
export function mountDocs(serveGet: (path: string, handler: (c: AppContext) => Response | Promise<Response>) => void) {
  const folder = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  serveGet('/docs', (c) => page(c, PAGE, 'text/html; charset=utf-8'));
  serveGet('/docs/initializer.js', (c) => page(c, INITIALIZER, 'text/javascript; charset=utf-8'));
  serveGet('/docs/:file', (c) => {
    const name = c.req.param('file') ?? '';
    const contentType = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
    if (contentType === undefined) throw refuse('not_found');
    return answerFile(c, join(folder, name), { 'content-type': contentType, 'cache-control': 'no-cache' });
  });
}

function page(c: AppContext, body: string, contentType: string): Response {
  const headers = { 'content-type': contentType, 'content-security-policy': PAGE_POLICY };
  return answer(c, body, { status: 200, headers });
}
