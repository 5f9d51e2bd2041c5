// Sends files one after another and keeps the fate of each. Pure: the sending is given.

/**
 * @typedef {{name: string, state: "waiting"|"sending"|"reading"|"added"|"refused", sent: number,
 *   message: string, image: any}} Line
 * @typedef {(file: any, onSent: (share: number) => void) => Promise<any>} Send resolves with the picture,
 *   rejects with an Error whose message names the file
 */

/** @param {{send: Send, onChange: (lines: Line[]) => void}} parts */
export function createUploadQueue({ send, onChange }) {
  /** @type {Line[]} */
  const lines = [];
  /** @type {{file: any, line: Line}[]} */
  const waiting = [];
  let running = false;

  const change = (line, facts) => { Object.assign(line, facts); onChange(lines); };

  async function sendOne({ file, line }) {
    change(line, { state: "sending" });
    try {
      const image = await send(file, (share) => change(line, { sent: share, state: share < 1 ? "sending" : "reading" }));
      change(line, { state: "added", sent: 1, image, message: image.facts ?? "" });
    } catch (error) {
      change(line, { state: "refused", sent: 1, message: error.message });
    }
  }

  async function run() {
    if (running) return;
    running = true;
    while (waiting.length) await sendOne(waiting.shift());
    running = false;
  }

  return {
    lines,
    /** Add files to the queue; resolves when the whole queue is done. @param {any[]} files */
    add(files) {
      for (const file of files) {
        const line = { name: file.name, state: /** @type {const} */ ("waiting"), sent: 0, message: "", image: null };
        lines.push(line);
        waiting.push({ file, line });
      }
      onChange(lines);
      return run();
    },
  };
}

/** How far a queue is, and in words. @param {Line[]} lines @returns {{share: number, text: string, done: boolean}} */
export function uploadSum(lines) {
  const count = (state) => lines.filter((line) => line.state === state).length;
  const added = count("added"), refused = count("refused"), ended = added + refused;
  const done = ended === lines.length;
  const share = lines.reduce((sum, line) => sum + (line.state === "reading" ? 0.9 : line.sent * 0.9 + 0.1 * Number(line.state === "added" || line.state === "refused")), 0) / Math.max(lines.length, 1);
  const parts = [done ? `${added} added` : `${ended} of ${lines.length} files done`];
  if (refused) parts.push(`${refused} not added`);
  return { share: done ? 1 : share, text: parts.join(", "), done };
}
