/** What the reader must be told, in one place: in the rail while a picture stands, on the cover when none does. */
import { keptFile, saveFile } from "./copy_file.js";
import { element } from "./element.js";
import { refusedWords } from "./status_view.js";

const TITLES = {
  offline: "No connection",
  server: "The server does not answer",
  closed: "Not open now",
  "signed-out": "You are signed out",
  refused: "This reading can't go on",
  storage: "Not kept",
  picture: "The image is missing",
  elsewhere: "Open on another screen",
  step: "One step comes first",
  draft: "",
};

/** @param {{is: string, said: string}} lesson */
export const lessonWords = ({ is, said }) => `${is === said ? "Right" : "Not so"}: this image is ${is}. Enter goes on.`;

/** Save a copy of what is kept. @param {import("./outbox.js").Entry[]} entries @param {string} readerCode */
export const copyOf = (entries, readerCode) => saveFile(keptFile(entries, readerCode));

/**
 * Return the notices of a room.
 * @param {HTMLElement} root with `[data-notice]`
 * @param {ReturnType<typeof import("./cover_view.js").createCover>} cover
 * @param {{signIn: string, home: string, done: string}} urls
 */
export function createNotices(root, cover, urls) {
  const host = /** @type {HTMLElement} */ (root.querySelector("[data-notice]"));
  const signIn = { label: "Sign in", href: `${urls.signIn}?next=${encodeURIComponent(urls.home)}`, newTab: true };
  const leave = { label: "My studies", href: urls.home };
  let shown = "";

  /** @param {import("./session_words.js").Notice|null} notice @param {string} refused @param {() => void} saveCopy */
  function rail(notice, refused, saveCopy) {
    const text = [notice && notice.kind !== "refused" ? notice.text : "", refused].filter(Boolean).join("\n");
    if (text === shown) return;
    shown = text;
    const lines = text.split("\n").filter(Boolean).map((line) => element("p", {}, line));
    const links = notice?.kind === "signed-out" ? [element("a", { href: signIn.href, target: "_blank", rel: "noopener" }, signIn.label)] : [];
    const save = element("button", { type: "button", class: "button button-plain" }, "Save a copy");
    save.addEventListener("click", saveCopy);
    host.replaceChildren(...lines, ...links, ...(refused ? [save] : []));
    host.hidden = !text;
  }

  return {
    anotherTab: () => cover.show("Open in another tab", "This study is being read in another tab of this browser. Close it there, and the reading goes on here.", [leave]),
    noStorage: () => cover.show("Answers can't be kept here", "This browser keeps nothing on disk, so an answer could be lost. Open the study in a normal window.", [leave]),
    /**
     * @param {import("./session_words.js").View} view
     * @param {ReturnType<import("./outbox.js").Outbox["state"]>} kept
     * @param {{saveCopy: () => void, takeOver: () => void}} actions
     */
    update({ phase, trial, notice, lesson }, kept, { saveCopy, takeOver }) {
      const refused = refusedWords(kept.refused);
      if (phase === "done") {
        const actions = [{ label: "Save a copy", run: saveCopy }, { label: "Finish", href: urls.done, plain: true }];
        return cover.show("All images are read", refused, actions);
      }
      if (notice?.kind === "elsewhere") {
        return cover.show(TITLES.elsewhere, notice.text, [{ label: "Read here", run: takeOver }, { ...leave, plain: true }]);
      }
      if (notice?.kind === "step") return cover.show(TITLES.step, notice.text, [{ label: "Go on", run: () => location.reload() }]);
      if (lesson) return rail({ kind: "draft", text: lessonWords(lesson) }, refused, saveCopy);
      const standing = trial !== null && phase !== "fetching";
      if (notice && !standing) {
        const waiting = kept.waiting ? " Your answer is kept here until then." : "";
        return cover.show(TITLES[notice.kind], notice.text + waiting, [notice.kind === "signed-out" ? signIn : leave]);
      }
      return rail(notice, refused, saveCopy);
    },
  };
}
