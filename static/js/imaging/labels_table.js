// Reads a labels table (labels.csv) that was dropped among the pictures. Pure.

export const LABELS_FILE = "labels.csv";
export const FIELDS = ["birads", "density", "view", "laterality", "pixel_spacing_mm"];

/** Split one line of CSV; quotes may hold commas and doubled quotes. @param {string} line @returns {string[]} */
export function splitLine(line) {
  const cells = [];
  let cell = "", quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i];
    if (quoted && character === '"' && line[i + 1] === '"') { cell += '"'; i++; }
    else if (character === '"') quoted = !quoted;
    else if (character === "," && !quoted) { cells.push(cell); cell = ""; }
    else cell += character;
  }
  cells.push(cell);
  return cells.map((text) => text.trim());
}

/**
 * Return the known labels by file name; no column `file`, no labels.
 * @param {string} text
 * @returns {Map<string, Record<string, string>>}
 */
export function readLabels(text) {
  const [head, ...lines] = text.replace(/^\ufeff/, "").split(/\r?\n/).filter((line) => line.trim());
  const names = splitLine(head ?? "");
  const file = names.indexOf("file");
  const rows = new Map();
  if (file < 0) return rows;
  for (const line of lines) {
    const cells = splitLine(line);
    const labels = {};
    for (const field of FIELDS) {
      const column = names.indexOf(field);
      if (column >= 0 && cells[column]) labels[field] = cells[column];
    }
    if (cells[file]) rows.set(cells[file], labels);
  }
  return rows;
}
