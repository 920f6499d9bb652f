import { Command, CommanderError } from 'commander';
import type { Act, Cli } from './cli.ts';
import { addAccountCommands } from './commands/account.ts';
import { addApiKeyCommands } from './commands/api-keys.ts';
import { addAttributeCommands } from './commands/attributes.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addBrandCommands } from './commands/brands.ts';
import { addCategoryCommands } from './commands/categories.ts';
import { addCollectionCommands } from './commands/collections.ts';
import { addCustomerCommands, addCustomerGroupCommands } from './commands/customers.ts';
import { addExportCommands } from './commands/export.ts';
import { addImportCommands } from './commands/import.ts';
import { addImportsCommands } from './commands/imports.ts';
import { addKeyCommands } from './commands/keys.ts';
import { addMediaCommands } from './commands/media.ts';
import { addOpsCommands } from './commands/ops.ts';
import { addOrderCommands } from './commands/orders.ts';
import { addProductCommands } from './commands/products.ts';
import { addReviewCommands } from './commands/reviews.ts';
import { addRoleCommands } from './commands/roles.ts';
import { addSearchCommands } from './commands/search.ts';
import { addStaffCommands } from './commands/staff.ts';
import { parseUrl } from './commands/values.ts';
import { readConfig } from './config.ts';
import { exitCodes } from './output/exit-codes.ts';

/** Runs one command line and returns its exit code. What a command needs is loaded when it is called. */
export async function run(args: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = createProgram(args.includes('--json'));
  const act: Act =
    (load) =>
    async (...received) => {
      const cli = createCli(program);
      try {
        const action = await load();
        exitCode = (await action(cli, ...received)) ?? exitCodes.ok;
      } catch (error) {
        const { reportError } = await import('./output/report-error.ts');
        exitCode = reportError(cli, error);
      }
    };
  addAccountCommands(program, act);
  addProductCommands(program, act);
  addBrandCommands(program, act);
  addMediaCommands(program, act);
  addCategoryCommands(program, act);
  addAttributeCommands(program, act);
  addCollectionCommands(program, act);
  addReviewCommands(program, act);
  addSearchCommands(program, act);
  addOrderCommands(program, act);
  addImportCommands(program, act);
  addImportsCommands(program, act);
  addExportCommands(program, act);
  addCustomerCommands(program, act);
  addCustomerGroupCommands(program, act);
  addStaffCommands(program, act);
  addRoleCommands(program, act);
  addApiKeyCommands(program, act);
  addAuditCommands(program, act);
  addKeyCommands(program, act);
  addOpsCommands(program, act);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    throw error;
  }
}

function createProgram(json: boolean): Command {
  return new Command('cartwright')
    .description('Runs a Cartwright store from the command line.')
    .option('--url <url>', 'address of the store (CARTWRIGHT_URL, or http://localhost:3000)', parseUrl)
    .option('--json', 'print JSON for machines; errors are JSON on standard error')
    .exitOverride()
    .showHelpAfterError(json ? false : '(--help shows how it is used)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      outputError: (text, write) =>
        write(json ? `${JSON.stringify({ code: 'usage', title: oneLine(text) })}\n` : `cartwright: ${oneLine(text)}\n`),
    })
    .addHelpText(
      'after',
      `
Examples:
  $ cartwright login
  $ cartwright products list --limit 5
  $ cartwright orders list --status confirmed --json
  $ cartwright import products catalog.ndjson.gz

Where nobody is there to log in, CARTWRIGHT_API_KEY does, or CARTWRIGHT_EMAIL and CARTWRIGHT_PASSWORD do.
Exit codes: 0 done, 64 wrong usage, 65 refused by a rule, 66 not found, 70 a bug, 75 try again later, 77 not allowed.`,
    );
}

function createCli(program: Command): Cli {
  const config = readConfig();
  const { url, json = false } = program.opts<{ url?: string; json?: boolean }>();
  return {
    config,
    url: url ?? config.url,
    json,
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
  };
}

/** Commander says "error: …", with a suggestion on a line of its own. */
function oneLine(text: string): string {
  return text
    .trim()
    .replace(/^error: /, '')
    .replace(/(?<!\s)\s*\n\s*/g, ' ');
}
