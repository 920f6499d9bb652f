/**
 * The area under the ROC curve of telling two samples apart by size: the chance that one drawn from `second` is larger
 * than one drawn from `first`, ties counting half (Mann-Whitney U divided by the number of pairs). 0.5 is a coin, and
 * which of the two is larger does not matter to whoever guesses, so what is below 0.5 is turned around.
 */
export function areaUnderCurve(first: readonly number[], second: readonly number[]): number {
  const all = [...first.map((value) => ({ value, later: false })), ...second.map((value) => ({ value, later: true }))];
  all.sort((a, b) => a.value - b.value);
  let rankSum = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    // Equal values share the mean of their ranks, which count from 1.
    const rank = (from + 1 + to) / 2;
    rankSum += rank * all.slice(from, to).filter(({ later }) => later).length;
    from = to;
  }
  const u = rankSum - (second.length * (second.length + 1)) / 2;
  const area = u / (first.length * second.length);
  return Math.max(area, 1 - area);
}
