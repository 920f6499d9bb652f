/** A line of CSV. Cells that need it are quoted. */
export function csvLine(cells: readonly (string | number | boolean)[]): string {
  return `${cells.map((cell) => csvCell(String(cell))).join(',')}\n`;
}

function csvCell(text: string): string {
  // Blanks at an end are a cell's own only inside quotes.
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A list in one cell; a comma inside an item is written `\,`. */
export function listCell(items: readonly string[]): string {
  return items.map((item) => item.replaceAll(',', '\\,')).join(', ');
}
