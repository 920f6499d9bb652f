/** What is known of one query: the grade of each judged product, 0 to 3. */
export interface Judged {
  query: string;
  grades: Map<string, number>;
}

/** Reads tab-separated lines `query, product_id, grade` after a header. */
export function readJudgments(text: string): Judged[] {
  const byQuery = new Map<string, Map<string, number>>();
  for (const line of text.split('\n').slice(1)) {
    const [query = '', id = '', grade = ''] = line.replace(/\r$/, '').split('\t');
    if (query === '' || id === '') continue;
    const grades = byQuery.get(query) ?? new Map<string, number>();
    byQuery.set(query, grades.set(id, Number(grade)));
  }
  return [...byQuery].map(([query, grades]) => ({ query, grades }));
}

/** Least grade of what recall counts as relevant. */
const RELEVANT = 2;
const DEPTH = 10;
const RECALL_DEPTH = 100;

const discounted = (gains: readonly number[]): number =>
  gains.slice(0, DEPTH).reduce((sum, grade, rank) => sum + (2 ** grade - 1) / Math.log2(rank + 2), 0);

/**
 * Normalised discounted cumulative gain at 10 (Järvelin and Kekäläinen, 2002; gain 2^grade - 1, discount log2(rank + 1)),
 * 0 to 1. Products without a grade count 0; the ideal is over all judged products. NaN when none has a grade above 0.
 */
export function ndcgOf(ids: readonly string[], grades: ReadonlyMap<string, number>): number {
  const ideal = discounted([...grades.values()].sort((a, b) => b - a));
  return ideal === 0 ? Number.NaN : discounted(ids.map((id) => grades.get(id) ?? 0)) / ideal;
}

/** Share of the relevant products that are among the first hundred; NaN when there are none. */
export function recallOf(ids: readonly string[], grades: ReadonlyMap<string, number>): number {
  const relevant = [...grades].filter(([, grade]) => grade >= RELEVANT).map(([id]) => id);
  const found = new Set(ids.slice(0, RECALL_DEPTH));
  return relevant.length === 0 ? Number.NaN : relevant.filter((id) => found.has(id)).length / relevant.length;
}

const mean = (values: readonly number[]): number => {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
};

/** The means over the queries that have something relevant, and the figures of each. */
export function meanQuality(judged: readonly Judged[], ranked: ReadonlyMap<string, readonly string[]>) {
  const each = judged.map(({ query, grades }) => {
    const ids = ranked.get(query) ?? [];
    return { query, ndcg: ndcgOf(ids, grades), recall: recallOf(ids, grades) };
  });
  return { ndcg: mean(each.map((row) => row.ndcg)), recall: mean(each.map((row) => row.recall)), each };
}
