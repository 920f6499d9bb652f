import { NoInput, Nothing } from '../../kit/nothing.ts';
import { permittedProcedure, publicProcedure, router } from '../../trpc/procedures.ts';
import { rebuildSearch } from './rebuild-search.ts';
import { SearchInput, SearchResult, SuggestInput, Suggestions } from './schema.ts';
import { searchProducts } from './search-products.ts';
import { createSearchRule, deleteSearchRule, updateSearchRule } from './settings/change-rules.ts';
import { createSynonym, deleteSynonym } from './settings/change-synonyms.ts';
import { listQueries, listSearchRules, listSynonyms } from './settings/list-settings.ts';
import {
  CreateSearchRuleInput,
  CreateSynonymInput,
  QueryReport,
  QueryReportInput,
  SearchRule,
  SearchRuleInput,
  SearchRuleList,
  SetStopWordsInput,
  StopWords,
  Synonym,
  SynonymInput,
  SynonymList,
  UpdateSearchRuleInput,
} from './settings/schema.ts';
import { listStopWords, setStopWords } from './settings/set-stop-words.ts';
import { suggest } from './suggest.ts';

const tags: [string] = ['Search'];
const adminTags: [string] = ['Search administration'];
const staff = permittedProcedure('catalog:write');

export const searchRouter = router({
  products: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/search', summary: 'Search products with facets', tags },
      limit: 'read',
      shared: true,
    })
    .input(SearchInput)
    .output(SearchResult)
    .query(({ ctx, input }) => searchProducts(ctx, input)),
  suggest: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/search/suggestions', summary: 'Suggestions for what is being typed', tags },
      limit: 'read',
      shared: true,
    })
    .input(SuggestInput)
    .output(Suggestions)
    .query(({ ctx, input }) => suggest(ctx, input)),
  synonyms: staff
    .meta({
      rest: { method: 'GET', path: '/v1/admin/search/synonyms', summary: 'List synonyms', tags: adminTags },
      limit: 'admin',
    })
    .input(NoInput)
    .output(SynonymList)
    .query(({ ctx }) => listSynonyms(ctx)),
  createSynonym: staff
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/search/synonyms',
        summary: 'Add words that find one another',
        tags: adminTags,
        successStatus: 201,
      },
      idempotent: true,
      limit: 'admin',
    })
    .input(CreateSynonymInput)
    .output(Synonym)
    .mutation(({ ctx, input }) => createSynonym(ctx, input)),
  deleteSynonym: staff
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/admin/search/synonyms/{synonymId}',
        summary: 'Remove a synonym',
        tags: adminTags,
        successStatus: 204,
      },
      limit: 'admin',
    })
    .input(SynonymInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => deleteSynonym(ctx, input)),
  stopWords: staff
    .meta({
      rest: { method: 'GET', path: '/v1/admin/search/stop-words', summary: 'List stop words', tags: adminTags },
      limit: 'admin',
    })
    .input(NoInput)
    .output(StopWords)
    .query(({ ctx }) => listStopWords(ctx)),
  setStopWords: staff
    .meta({
      rest: {
        method: 'PUT',
        path: '/v1/admin/search/stop-words/{locale}',
        summary: 'Replace the stop words of a locale',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(SetStopWordsInput)
    .output(StopWords)
    .mutation(({ ctx, input }) => setStopWords(ctx, input)),
  rules: staff
    .meta({
      rest: { method: 'GET', path: '/v1/admin/search/rules', summary: 'List search rules', tags: adminTags },
      limit: 'admin',
    })
    .input(NoInput)
    .output(SearchRuleList)
    .query(({ ctx }) => listSearchRules(ctx)),
  createRule: staff
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/search/rules',
        summary: 'Pin, hide or boost products for a query',
        tags: adminTags,
        successStatus: 201,
      },
      idempotent: true,
      limit: 'admin',
    })
    .input(CreateSearchRuleInput)
    .output(SearchRule)
    .mutation(({ ctx, input }) => createSearchRule(ctx, input)),
  updateRule: staff
    .meta({
      rest: {
        method: 'PUT',
        path: '/v1/admin/search/rules/{ruleId}',
        summary: 'Replace a search rule',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(UpdateSearchRuleInput)
    .output(SearchRule)
    .mutation(({ ctx, input }) => updateSearchRule(ctx, input)),
  deleteRule: staff
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/admin/search/rules/{ruleId}',
        summary: 'Remove a search rule',
        tags: adminTags,
        successStatus: 204,
      },
      limit: 'admin',
    })
    .input(SearchRuleInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => deleteSearchRule(ctx, input)),
  queries: staff
    .meta({
      rest: {
        method: 'GET',
        path: '/v1/admin/search/queries',
        summary: 'What was searched for, and what found nothing',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(QueryReportInput)
    .output(QueryReport)
    .query(({ ctx, input }) => listQueries(ctx, input)),
  rebuild: staff
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/search/rebuild',
        summary: 'Write the index anew while searches go on',
        tags: adminTags,
        successStatus: 204,
      },
      limit: 'admin',
    })
    .input(NoInput)
    .output(Nothing)
    .mutation(({ ctx }) => rebuildSearch(ctx)),
});
