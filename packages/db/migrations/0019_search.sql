-- Search with a rank of its own: documents for each locale that carry what ranking and facets need, a lexicon for typing
-- errors and suggestions, and what merchants say of words. Documents are written anew by the worker (`search.maintain`);
-- until then searches find nothing, and the previous release, which reads the old documents, does not run beside it.

create extension if not exists pg_trgm;

-- How words of a language are cut to their stems; a language without a stemmer keeps them whole.
do $$
declare
  language text;
begin
  foreach language in array array['arabic', 'danish', 'dutch', 'finnish', 'french', 'german', 'greek', 'hungarian',
    'indonesian', 'irish', 'italian', 'lithuanian', 'norwegian', 'portuguese', 'romanian', 'russian', 'spanish',
    'swedish', 'turkish', 'simple']
  loop
    execute format('create text search configuration store_%s (copy = %s)', language, language);
    execute format('alter text search configuration store_%s alter mapping for hword, hword_part, word with unaccent, %s',
      language, case language when 'simple' then 'simple' else language || '_stem' end);
  end loop;
end $$;

create function search_config(locale text) returns regconfig language sql immutable parallel safe
return ('store_' || case split_part(locale, '-', 1)
  when 'ar' then 'arabic' when 'da' then 'danish' when 'nl' then 'dutch' when 'en' then 'english'
  when 'fi' then 'finnish' when 'fr' then 'french' when 'de' then 'german' when 'el' then 'greek'
  when 'hu' then 'hungarian' when 'id' then 'indonesian' when 'ga' then 'irish' when 'it' then 'italian'
  when 'lt' then 'lithuanian' when 'no' then 'norwegian' when 'nb' then 'norwegian' when 'nn' then 'norwegian'
  when 'pt' then 'portuguese' when 'ro' then 'romanian' when 'ru' then 'russian' when 'es' then 'spanish'
  when 'sv' then 'swedish' when 'tr' then 'turkish' else 'simple' end)::regconfig;

-- What joins words in catalogs would be read as a path or a number by the parser.
create function search_text(input text) returns text language sql immutable parallel safe
return translate(replace(input, '</', '<'), '/_,;:|()*+=~"[]{}', '                 ');

-- Spellings that people use for what is written apart in a title: wh-1000 and wh1000, 32 GB and 32gb.
create function search_spellings(input text) returns text language sql immutable parallel safe
return (
  select string_agg(replace(m[1], '-', ''), ' ') from regexp_matches(input, '([[:alnum:]]+(?:-[[:alnum:]]+)+)', 'g') m
) || ' ' || (
  select string_agg(m[1] || m[2], ' ') from regexp_matches(input, '(\d[\d.]*)[ -]([a-zA-Z]{1,4})\M', 'g') m
);

-- 22 bits that stand for a word in a packed document.
create function search_word(lexeme text) returns integer language sql immutable parallel safe
return hashtext(lexeme) & 4194303;

drop table search_documents;

-- Projection: one row a product and locale, drafts too (staff search them), written with the product.
create table search_documents (
  product_id uuid not null references products on delete cascade,
  locale text not null references store_locales (code) on delete cascade on update cascade,
  -- Stays when the document is written anew.
  doc integer generated always as identity unique,
  -- Which formula wrote it; documents of another are written anew.
  formula smallint not null,
  -- Active, and within its time.
  visible boolean not null,
  show_unpriced boolean not null,
  -- Lowest price by the position of its currency, from 0.
  prices bigint[] not null,
  -- What is the same in every answer, packed as 32-bit integers: second of publication; how many words are of title or
  -- brand, how many there are, how many integers of facets; the words (22 bits of word, 10 of weight); the facets, of
  -- each attribute its negative number and then the ids of its values.
  packed bytea not null,
  -- What changes without the product.
  in_stock boolean not null,
  rating_milli integer,
  sold integer not null default 0,
  document tsvector not null,
  primary key (product_id, locale)
) with (toast_tuple_target = 1024);
create index search_documents_document_idx on search_documents using gin (document);

-- The words of titles, brands, categories and SKUs, as they are compared.
create table search_words (
  locale text not null references store_locales (code) on delete cascade on update cascade,
  stem text not null check (length(stem) <= 100),
  -- Documents that hold it anywhere, as of the last count; new words have one.
  documents integer not null,
  primary key (locale, stem)
);
create index search_words_trigrams_idx on search_words using gin (stem gin_trgm_ops);

-- How long the fields of documents are on average, as of the last count, in words.
create table search_statistics (
  locale text primary key references store_locales (code) on delete cascade on update cascade,
  documents integer not null,
  title real not null check (title > 0),
  brand real not null check (brand > 0),
  category real not null check (category > 0),
  attributes real not null check (attributes > 0),
  description real not null check (description > 0),
  counted_at timestamptz not null
);

-- Products whose stock, rating or sales have changed since their documents were written; taken out by the worker.
create table search_changes (
  product_id uuid not null
);

create table search_synonyms (
  id uuid primary key,
  locale text references store_locales (code) on delete cascade on update cascade,
  -- Any of them finds the others; of a one-way synonym the first finds the rest.
  terms text[] not null check (cardinality(terms) between 2 and 50),
  one_way boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table search_stop_words (
  locale text not null references store_locales (code) on delete cascade on update cascade,
  word text not null check (length(word) between 1 and 100),
  primary key (locale, word)
);

-- What merchants want of one query, or of all.
create table search_rules (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  -- In lower case with single spaces; null is every query.
  query text check (length(query) between 1 and 200),
  match text not null check (match in ('exact', 'contains')),
  pinned uuid[] not null default '{}' check (cardinality(pinned) <= 100),
  hidden uuid[] not null default '{}' check (cardinality(hidden) <= 100),
  -- [{ code, value, factor }]: products with that facet value count so many times as much
  boosts jsonb not null default '[]' check (jsonb_typeof(boosts) = 'array'),
  active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- How often a query was asked on a day, and how often nothing was found.
create table search_queries (
  day date not null,
  locale text not null,
  query text not null check (length(query) between 1 and 200),
  asked integer not null check (asked > 0),
  found_nothing integer not null check (found_nothing between 0 and asked),
  -- Matches of the last time.
  total integer not null check (total >= 0),
  primary key (day, locale, query)
);
create index search_queries_prefix_idx on search_queries (locale, query text_pattern_ops);

-- Whether any unit can be bought, as checkout means it: what the in-stock filter asks.
create function product_in_stock(wanted uuid) returns boolean language sql stable parallel safe
return exists (
  select from variants v
  where v.product_id = wanted and v.status = 'active' and (
    not v.track_stock and not v.is_bundle
    or exists (select from stock_levels s where s.variant_id = v.id and s.on_hand > s.reserved)
    or v.is_bundle and not exists (
      select from variant_components c join variants part on part.id = c.component_id
      where c.bundle_id = v.id and part.track_stock and c.quantity > (
        select coalesce(sum(s.on_hand - s.reserved), 0) from stock_levels s where s.variant_id = part.id
      )
    )
  )
);

-- Says so when units of a variant have sold out or come back, in the transaction that did it, and when those of a part of
-- a bundle have changed at all. Insert-only, so that orders that share products do not wait for one another.
create function note_stock_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or (old.on_hand > old.reserved) <> (new.on_hand > new.reserved) then
    insert into search_changes (product_id) select product_id from variants where id = new.variant_id;
  end if;
  insert into search_changes (product_id)
  select v.product_id from variant_components c join variants v on v.id = c.bundle_id
  where c.component_id = new.variant_id;
  return null;
end $$;
create trigger stock_levels_note_change after update on stock_levels
  for each row when (old.on_hand - old.reserved <> new.on_hand - new.reserved) execute function note_stock_change();
create trigger stock_levels_note_first after insert on stock_levels
  for each row when (new.on_hand > new.reserved) execute function note_stock_change();

create function note_rating_change() returns trigger language plpgsql as $$
begin
  insert into search_changes (product_id) values (new.id);
  return null;
end $$;
create trigger products_note_rating after update of rating_milli on products
  for each row when (old.rating_milli is distinct from new.rating_milli) execute function note_rating_change();
