-- What an import was made of, so that staff can look at it later, and which rows of it are in, so that a file that has
-- an id twice is refused the second one in whatever batch it comes, in a trial as in earnest.
-- The previous release still runs: it leaves the columns null and the table empty.

set local lock_timeout = '2s';

alter table import_jobs
  add column format text check (format in ('ndjson', 'csv', 'shopify', 'woocommerce', 'medusa', 'google', 'magento')),
  add column file_name text check (length(file_name) between 1 and 255);

create table import_rows (
  job_id uuid not null references import_jobs on delete cascade,
  external_id text not null check (length(external_id) between 1 and 200),
  -- Its number in the file.
  row integer not null,
  primary key (job_id, external_id)
);
