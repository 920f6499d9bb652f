import { type RawBuilder, sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export type ReviewStatus = 'pending' | 'approved' | 'rejected';

export interface ReviewRow {
  id: string;
  productId: string;
  productSlug: string;
  productTitle: string;
  /** Null when the person was erased. */
  userId: string | null;
  rating: number;
  title: string | null;
  body: string;
  displayName: string | null;
  status: ReviewStatus;
  reason: string | null;
  moderatedAt: Date | null;
  /** Whether the customer has an order of the product that is placed and not cancelled. */
  verifiedPurchase: boolean;
  reply: string | null;
  repliedAt: Date | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

const VERIFIED = sql`coalesce(r.verified_purchase, exists (
  select from orders o join order_items i on i.order_id = o.id
  where o.customer_id = r.user_id and o.status in ('confirmed', 'completed') and i.product_id = r.product_id
))`;

const COLUMNS = sql`
  r.id, r.product_id, p.slug as product_slug, p.title as product_title, r.user_id, r.rating, r.title, r.body,
  r.display_name, r.status, r.reason, r.moderated_at, ${VERIFIED} as verified_purchase, r.reply, r.replied_at, r.version,
  r.created_at, r.updated_at
`;

const FROM = sql`reviews r join products p on p.id = r.product_id`;

/** A review as shoppers see it; built as JSON by the database. */
export interface PublicReview {
  id: string;
  rating: number;
  title: string | null;
  text: string;
  displayName: string | null;
  verifiedPurchase: boolean;
  reply: { text: string; at: string } | null;
  createdAt: string;
}

export interface ReviewPage {
  /** Null when shoppers see no such product. */
  productId: string | null;
  rating: { average: number; count: number } | null;
  /** Approved reviews by their stars. */
  stars: Record<'1' | '2' | '3' | '4' | '5', number>;
  items: PublicReview[];
}

export type ReviewSort = 'newest' | 'highest' | 'lowest';

interface ReviewOrder {
  by: RawBuilder<unknown>;
  after: (key: readonly [number, string]) => RawBuilder<boolean>;
}

const ORDERS: Record<ReviewSort, ReviewOrder> = {
  newest: { by: sql`r.id desc`, after: ([, id]) => sql`r.id < ${id}::uuid` },
  highest: {
    by: sql`r.rating desc, r.id desc`,
    after: ([rating, id]) => sql`(r.rating, r.id) < (${rating}::smallint, ${id}::uuid)`,
  },
  lowest: {
    by: sql`r.rating, r.id`,
    after: ([rating, id]) => sql`(r.rating, r.id) > (${rating}::smallint, ${id}::uuid)`,
  },
};

/** Approved reviews of a product that shoppers see, with its rating, in one statement. */
export async function listPublicReviews(
  reader: Reader,
  query: {
    productSlug: string;
    listedUnder: string;
    sort: ReviewSort;
    after: readonly [number, string] | null;
    limit: number;
  },
): Promise<ReviewPage> {
  const { productSlug, listedUnder, sort, after, limit } = query;
  const order = ORDERS[sort];
  const { rows } = await sql<ReviewPage>`
    with asked as (
      select p.id, p.rating_milli, p.rating_count from products p
      where p.id = product_of_slug(${productSlug})
        and exists (select from listing l where l.product_id = p.id and l.category_id = ${listedUnder}::uuid)
    ), page as (
      select r.*, row_number() over (order by ${order.by}) as n from reviews r
      where r.product_id = (select id from asked) and r.status = 'approved'
        ${after === null ? sql`` : sql`and ${order.after(after)}`}
      order by ${order.by} limit ${limit}
    )
    select (select id from asked) as product_id, (
        select case when rating_count > 0
          then json_build_object('average', round(rating_milli / 1000.0, 1), 'count', rating_count) end from asked
      ) as rating,
      coalesce(
        (
          select json_build_object('1', one, '2', two, '3', three, '4', four, '5', five)
          from product_stars where product_id = (select id from asked)
        ),
        json_build_object('1', 0, '2', 0, '3', 0, '4', 0, '5', 0)
      ) as stars,
      (
        select coalesce(json_agg(json_build_object(
          'id', r.id, 'rating', r.rating, 'title', r.title, 'text', r.body, 'displayName', r.display_name,
          'verifiedPurchase', ${VERIFIED}, 'createdAt', r.created_at,
          'reply', case when r.reply is not null then json_build_object('text', r.reply, 'at', r.replied_at) end
        ) order by r.n), '[]') from page r
      ) as items
  `.execute(sqlOf(reader));
  return rows[0] ?? { productId: null, rating: null, stars: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 }, items: [] };
}

/** Reviews of one customer, one product or in one state, in order of id after `after`. */
export async function listReviews(
  reader: Reader,
  query: {
    userId?: string;
    productSlug?: string | undefined;
    status?: ReviewStatus | undefined;
    newestFirst: boolean;
    after: string | null;
    limit: number;
  },
): Promise<ReviewRow[]> {
  const { userId, productSlug, status, newestFirst, after, limit } = query;
  const { rows } = await sql<ReviewRow>`
    select ${COLUMNS} from ${FROM}
    where true
      ${userId === undefined ? sql`` : sql`and r.user_id = ${userId}`}
      ${productSlug === undefined ? sql`` : sql`and r.product_id = product_of_slug(${productSlug})`}
      ${status === undefined ? sql`` : sql`and r.status = ${status}`}
      ${after === null ? sql`` : newestFirst ? sql`and r.id < ${after}::uuid` : sql`and r.id > ${after}::uuid`}
    order by r.id ${newestFirst ? sql`desc` : sql`asc`} limit ${limit}
  `.execute(sqlOf(reader));
  return rows;
}

export async function listReviewsById(reader: Reader, query: { ids: readonly string[] }): Promise<ReviewRow[]> {
  const { rows } = await sql<ReviewRow>`
    select ${COLUMNS} from ${FROM} where r.id = any(${query.ids}::uuid[]) order by r.id
  `.execute(sqlOf(reader));
  return rows;
}

/** The product of a slug that shoppers see. */
export async function findReviewable(
  reader: Reader,
  query: { productSlug: string; listedUnder: string },
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select p.id from products p
    where p.id = product_of_slug(${query.productSlug})
      and exists (select from listing l where l.product_id = p.id and l.category_id = ${query.listedUnder}::uuid)
  `.execute(sqlOf(reader));
  return rows[0]?.id;
}

/** Adds a review that waits for a decision. A second one of a customer violates `reviews_one_per_customer`. */
export async function insertReview(
  tx: Tx,
  row: Pick<ReviewRow, 'id' | 'productId' | 'rating' | 'title' | 'body' | 'displayName' | 'createdAt'> & {
    userId: string;
  },
): Promise<void> {
  await sqlOf(tx)
    .insertInto('reviews')
    .values({ ...row, status: 'pending', updatedAt: row.createdAt })
    .execute();
}

/**
 * Locks the products of reviews, then the reviews, each in order of id: whoever changes what shoppers see of reviews
 * takes them so. Answers the products.
 */
export async function lockReviews(tx: Tx, query: { ids: readonly string[] }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from products where id in (select product_id from reviews where id = any(${query.ids}::uuid[]))
    order by id for no key update
  `.execute(sqlOf(tx));
  await sql`select id from reviews where id = any(${query.ids}::uuid[]) order by id for update`.execute(sqlOf(tx));
  return rows.map(({ id }) => id);
}

/**
 * Runs a change of reviews and counts their stars with it: one statement, in which nothing is read before it is
 * written. `changed` returns product_id, rating_before, rating_after, and whether they were and are shown.
 * Answers the products whose rating is another one.
 */
async function changeStars(tx: Tx, changed: RawBuilder<unknown>): Promise<string[]> {
  const delta = (stars: number) => sql`sum(
    (is_shown and rating_after = ${sql.lit(stars)})::int - (was_shown and rating_before = ${sql.lit(stars)})::int
  )::int`;
  const add = (name: string) => {
    const column = sql.ref(name);
    return sql`${column} = product_stars.${column} + (select d.${column} from deltas d where d.product_id = product_stars.product_id)`;
  };
  const names = ['one', 'two', 'three', 'four', 'five'];
  const { rows } = await sql<{ id: string }>`
    with changed as (${changed}), deltas as (
      select product_id, ${delta(1)} as one, ${delta(2)} as two, ${delta(3)} as three, ${delta(4)} as four, ${delta(5)} as five
      from changed where was_shown or is_shown group by product_id
    ), counted as (
      -- A row that is to be subtracted from must pass its CHECKs before it is known to be there.
      insert into product_stars (product_id, one, two, three, four, five)
      select product_id, greatest(one, 0), greatest(two, 0), greatest(three, 0), greatest(four, 0), greatest(five, 0)
      from deltas order by product_id
      on conflict (product_id) do update set ${sql.join(names.map(add), sql`, `)}
      returning *
    )
    update products p
    set rating_milli = rating_milli_of(p.imported_rating_milli, p.imported_rating_count, c.stars),
      rating_count = rating_count_of(p.imported_rating_milli, p.imported_rating_count, c.stars)
    from (select product_id, row(product_id, one, two, three, four, five)::product_stars as stars from counted) c
    where p.id = c.product_id
    returning p.id
  `.execute(sqlOf(tx));
  return rows.map(({ id }) => id);
}

/** Decides reviews; those decided so before stay as they are. Answers the products whose rating is another one. */
export function saveDecision(
  tx: Tx,
  input: { ids: readonly string[]; status: 'approved' | 'rejected'; reason: string | null; at: Date },
): Promise<string[]> {
  const { ids, status, reason, at } = input;
  return changeStars(
    tx,
    sql`
      update reviews set status = ${status}, reason = ${reason}, moderated_at = ${at}, updated_at = ${at},
        version = version + 1
      where id = any(${ids}::uuid[]) and (status <> ${status} or reason is distinct from ${reason}::text)
      returning product_id, old.rating as rating_before, new.rating as rating_after,
        old.status = 'approved' as was_shown, new.status = 'approved' as is_shown
    `,
  );
}

/** Overwrites what a customer says; it waits for a decision again. Answers the products whose rating is another one. */
export function saveReviewText(
  tx: Tx,
  input: Pick<ReviewRow, 'id' | 'rating' | 'title' | 'body' | 'displayName'> & { at: Date },
): Promise<string[]> {
  const { id, rating, title, body, displayName, at } = input;
  return changeStars(
    tx,
    sql`
      update reviews set rating = ${rating}, title = ${title}, body = ${body}, display_name = ${displayName},
        status = 'pending', reason = null, updated_at = ${at}, version = version + 1
      where id = ${id}
      returning product_id, old.rating as rating_before, new.rating as rating_after,
        old.status = 'approved' as was_shown, false as is_shown
    `,
  );
}

/** Deletes reviews. Answers the products whose rating is another one. */
export function deleteReviews(tx: Tx, input: { ids: readonly string[] }): Promise<string[]> {
  return changeStars(
    tx,
    sql`
      delete from reviews where id = any(${input.ids}::uuid[])
      returning product_id, rating as rating_before, rating as rating_after, status = 'approved' as was_shown,
        false as is_shown
    `,
  );
}

/** What the shop answers; null takes it away. */
export async function saveReply(tx: Tx, input: { id: string; reply: string | null; at: Date }): Promise<void> {
  const { id, reply, at } = input;
  await sql`
    update reviews set reply = ${reply}, replied_at = ${reply === null ? null : at}, updated_at = ${at},
      version = version + 1
    where id = ${id}
  `.execute(sqlOf(tx));
}

/** Takes the person out of what shoppers see of them, and deletes what they do not see: the rating stays. */
export async function saveReviewsWithoutPerson(tx: Tx, query: { userId: string; at: Date }): Promise<void> {
  const { userId, at } = query;
  const kysely = sqlOf(tx);
  await sql`delete from reviews where user_id = ${userId} and status <> 'approved'`.execute(kysely);
  await sql`
    update reviews r set verified_purchase = ${VERIFIED}, user_id = null, display_name = null, updated_at = ${at},
      version = version + 1
    where user_id = ${userId}
  `.execute(kysely);
}
