/** The room's own pages, on the cover: the break after a block, and the instructions. */

/**
 * @param {HTMLElement} root with `[data-instructions]`
 * @param {ReturnType<typeof import("./cover_view.js").createCover>} cover
 * @param {{home: string, refocus: () => void}} options
 */
export function createRoomPages(root, cover, { home, refocus }) {
  let rested = 0; // the index before which the last break was taken

  return {
    /** How far, what time it is, and one key to go on: after each block, once. @param {{index: number, count: number, breakEvery: number}} next */
    async rest({ index, count, breakEvery }) {
      const due = breakEvery && index > 1 && (index - 1) % breakEvery === 0 && rested !== index;
      if (!due) return;
      rested = index;
      const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      const text = `It is ${time}. Every answer is stored. Rest your eyes as long as you like.`;
      await new Promise((resolve) => {
        const leave = { label: "My studies", href: home, plain: true };
        cover.show(`${index - 1} of ${count} read`, text, [{ label: "Go on", key: "Enter", run: () => resolve(true) }, leave]);
      });
    },
    /** The study's instructions: once before the first image of this browser, and on request. @param {string} label */
    instruct(label) {
      const text = root.querySelector("[data-instructions]").textContent;
      return /** @type {Promise<void>} */ (new Promise((resolve) => {
        const run = () => (cover.hide(), refocus(), resolve());
        cover.show("Instructions", text, [{ label, run }]);
      }));
    },
  };
}
