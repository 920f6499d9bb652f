-- Products whose search documents an import leaves to the worker. The previous release runs beside it, and its worker
-- finds missing documents by itself.
create table search_pending (
  product_id uuid not null
);
