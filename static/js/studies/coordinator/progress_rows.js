// The rows of the readers' table follow the server's counts.

/**
 * Write the counts of a progress answer into the page.
 * @param {ParentNode} page
 * @param {{readers: {readerCode: string, done: number, count: number, lastSeen: string|null, secondsPerCase?: number|null}[]}} progress
 */
export function showProgress(page, { readers }) {
  for (const { readerCode, done, count, lastSeen, secondsPerCase } of readers) {
    const row = page.querySelector(`[data-reader="${CSS.escape(readerCode)}"]`);
    const bar = row?.querySelector("progress");
    if (!bar) continue;
    bar.value = done;
    bar.setAttribute("aria-label", `${done} of ${count} read`);
    row.querySelector("[data-done]").textContent = String(done);
    row.querySelector("[data-pace]").textContent = paceWords(secondsPerCase ?? null);
    if (lastSeen) row.querySelector("[data-seen]").textContent = seenWords(new Date(lastSeen), new Date());
  }
  const sum = page.querySelector("[data-sum]");
  if (sum) sum.textContent = sumWords(readers);
}

/** @param {{done: number, count: number}[]} readers */
export function sumWords(readers) {
  const done = readers.reduce((sum, reader) => sum + reader.done, 0);
  return `${done} of ${readers.reduce((sum, reader) => sum + reader.count, 0)} readings`;
}

/** @param {number|null} seconds */
export function paceWords(seconds) {
  return seconds === null ? "–" : `${Math.round(seconds)} s`;
}

/** @param {Date} seen @param {Date} now */
export function seenWords(seen, now) {
  const minutes = Math.floor((now.getTime() - seen.getTime()) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(seen);
}
