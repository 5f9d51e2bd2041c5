/** The reading room: joins the session to the picture, the rail, the keys and the browser's own events. */
import { createKeyCard } from "../lib/key_card.js";
import { csrfToken } from "../lib/http.js";
import { createStore } from "../lib/store.js";
import { copyOf, createNotices } from "./notice_view.js";
import { createCover } from "./cover_view.js";
import { openKept } from "./kept_store.js";
import { createInteractionLog } from "./interaction_log.js";
import { openLooks } from "./looks_store.js";
import { createOutbox } from "./outbox.js";
import { createRail } from "./rail_view.js";
import { createReaderApi } from "./reader_api.js";
import { createReadingSession } from "./reading_session.js";
import { readingLock } from "./reading_lock.js";
import { createRoomKeys } from "./room_keys.js";
import { createRoomPages } from "./room_pages.js";
import { createStatus } from "./status_view.js";
import { watchStillness } from "./stillness.js";
import { newUuid } from "./uuid.js";

const PREFETCH_AFTER_MS = 400;

/** Keys of the picture that differ in this room; R, S, T and C belong to the answers. */
const PICTURE_KEYS = { oneToOne: ["Space"], reset: ["w"], shape: ["x"], undo: ["z"], redo: ["Shift+z"] };

/**
 * @typedef {{participant: string, api: {next: string, response: string, sittings: string, trials: string}, title: string,
 *   readerCode: string, done: string, home: string, signIn: string, pair: boolean}} RoomData
 */

/**
 * Return the reading room.
 * @param {HTMLElement} root
 * @param {RoomData} data
 * @param {any} viewer `createViewer(...)`, with marks and without its own keys
 * @param {(viewer: any, keys: Record<string, string[]>) => Record<string, import("../lib/keys.js").Action>} viewerActions
 * @param {any} [right] the viewer of the right picture, in a study of pairs
 */
export function createRoom(root, data, viewer, viewerActions, right = null) {
  const form = /** @type {HTMLFormElement} */ (root.querySelector("[data-rail]"));
  const stage = /** @type {HTMLElement} */ (root.querySelector("[data-stage]"));
  const cover = createCover(root.querySelector("[data-cover]"));
  const status = createStatus(root);
  const pages = createRoomPages(root, cover, { home: data.home, refocus: () => viewer.focus() });
  const notices = createNotices(root, cover, data);
  const timers = { setTimer: (fn, ms) => setTimeout(fn, ms), clearTimer: (id) => clearTimeout(id), random: Math.random };
  const seat = createStore(`sitting.${data.participant}`);
  const api = createReaderApi({ urls: data.api, fetch: window.fetch.bind(window), csrfToken, seat });
  const log = createInteractionLog({
    send: api.interactions, now: () => performance.now(), newUuid, setTimer: timers.setTimer,
    mayGo: () => !outbox?.state().waiting,
  });
  let session = /** @type {ReturnType<typeof createReadingSession>|null} */ (null);
  let outbox = /** @type {import("./outbox.js").Outbox|null} */ (null);
  let board = /** @type {ReturnType<typeof buildBoard>|null} */ (null);

  function render() {
    const view = session.view();
    const kept = outbox.state();
    if (view.phase === "done" && !kept.refused.length) return location.assign(data.done);
    status.update(view, kept);
    notices.update(view, kept, { saveCopy: () => copyOf(outbox.all(), data.readerCode), takeOver: () => void session.takeOver() });
    if (view.notice || view.missing.length || view.wrong) root.classList.remove("is-wide");
    board?.rail.update(view, viewer.marks);
    return undefined;
  }

  /** The same key again puts the tool away. @param {string} finding */
  function useTool(finding) {
    if (session.view().phase !== "reading") return;
    if (viewer.marks.tool === finding) viewer.marks.stop();
    else viewer.marks.start(finding, shapesOf(finding));
    viewer.focus();
  }

  /** How the protocol lets a finding be drawn. @param {string} finding @returns {string[]|undefined} */
  function shapesOf(finding) {
    const options = board.questions.filter(({ kind }) => kind === "marks").flatMap((question) => question.options);
    return options.find((option) => option.value === finding)?.shapes;
  }

  const markActions = {
    onShape: (/** @type {string} */ shape) => viewer.marks.setShape(shape),
    onChoose: (/** @type {string} */ id) => (viewer.marks.select(id), viewer.focusMark(id)),
    onRemove: (/** @type {string} */ id) => viewer.marks.remove(id),
    onDescribe: (/** @type {string} */ id, /** @type {Record<string, string>} */ descriptors) =>
      viewer.marks.update(id, { descriptors }),
  };

  function buildBoard(questions) {
    const draw = () => {
      const rail = createRail(form, questions, {
        capFor: keys.capFor,
        onAnswer: (key, value) => session.answer(key, value),
        onTool: useTool,
        markActions,
      });
      built.rail = rail;
      rail.update(session.view(), viewer.marks);
    };
    const keys = createRoomKeys(questions, {
      tools: toolKeys(),
      store: createStore("keys.reading"),
      onRemap: draw,
      onChoice: (question, value) => (question.kind === "marks" ? useTool(String(value)) : session.answer(question.key, value)),
    });
    const card = createKeyCard(stage, [keys.keys]);
    const built = { questions, asked: JSON.stringify(questions), rail: null, keys: keys.keys, card };
    draw();
    return built;
  }

  /** @returns {Record<string, import("../lib/keys.js").Action>} */
  function toolKeys() {
    return {
      next: { label: "Next image", keys: ["Enter"], run: () => void session.submit() },
      ...viewerActions(viewer, PICTURE_KEYS),
      rail: { label: "Hide or show the questions", keys: ["h"], run: () => void root.classList.toggle("is-wide") },
      help: { label: "This card", keys: ["?"], fixed: true, run: () => board.card.toggle() },
    };
  }

  /** Draw a trial's picture over the last one, then let it be answered. */
  async function show(next, marks) {
    if (board?.asked !== JSON.stringify(next.questions)) board = buildBoard(next.questions);
    await pages.rest(next);
    viewer.marks.set([]);
    await Promise.all([viewer.open(next.image), right && next.right && right.open(next.right)]);
    if (viewer.state().missing || right?.state().missing) throw new Error("parts of the image did not load"); // never judged in part
    viewer.marks.set(marks);
    cover.hide();
    log.begin(next.token, next.image);
    viewer.focus();
    if (next.upcoming) setTimeout(() => viewer.prefetch(next.upcoming), PREFETCH_AFTER_MS);
  }

  function listen() {
    window.addEventListener("keydown", onKey);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void session.submit();
    });
    // The pointer leaves no focus behind on a choice: Space and the arrows belong to the picture.
    form.addEventListener("click", (event) => {
      const keeps = /** @type {Element} */ (event.target).closest(".findings-list select, .finding-name, .question-entry");
      if (event.detail && !keeps) setTimeout(viewer.focus);
    });
    viewer.marks.onChange((marks) => session.mark(marks));
    viewer.marks.onTool(render);
    viewer.marks.onSelect(render);
    root.querySelector("[data-about]").addEventListener("click", () => cover.shown || void pages.instruct("Back to the image"));
    root.querySelector("[data-help]").addEventListener("click", () => board?.card.toggle());
    window.addEventListener("online", () => void session.wake());
    window.addEventListener("pagehide", leave);
    window.addEventListener("beforeunload", (event) => void (outbox.state().waiting && event.preventDefault()));
    document.addEventListener("visibilitychange", () => {
      log.note(document.hidden ? "hidden" : "shown");
      void (document.hidden ? session.rest() : session.wake());
    });
    watchStillness(root, () => document.hidden || session.touch());
  }

  function onKey(event) {
    const choosing = event.target.type === "radio" && event.key.startsWith("Arrow");
    if (board && !choosing && !cover.shown && !board.card.shown) board.keys.handle(event);
  }

  /** The last chance of this page: the same entries, once more, without waiting for the reply. */
  function leave() {
    void session.rest();
    void log.flush();
    for (const entry of outbox.all()) if (!entry.refusal) void api.send(entry, { keepalive: true });
  }

  async function start() {
    await readingLock(data.participant, { locks: navigator.locks, onWaiting: () => notices.anotherTab() });
    void openLooks(indexedDB, data.participant).then(log.keepIn).catch(() => {}); // without a disk the log lives in memory
    const kept = await openKept(indexedDB, data.participant).catch(() => null);
    if (!kept) return notices.noStorage();
    outbox = createOutbox({ store: kept.outbox, send: api.send, ...timers, onChange: () => session && (session.delivered(), render()) });
    session = createReadingSession({
      participant: data.participant, api, outbox, drafts: kept.drafts, show, ...timers,
      newUuid, now: () => performance.now(), clockTime: () => new Date().toISOString(), onChange: render,
      screen: () => ({ width: screen.width, height: screen.height, ratio: devicePixelRatio, depth: screen.colorDepth }),
      onAdopted: (marks) => viewer.marks.set(marks),
    });
    listen();
    await outbox.load();
    const seen = createStore(`instructions.${data.participant}`);
    if (!seen.read(false)) await pages.instruct("Begin");
    seen.write(true);
    return session.start();
  }

  return { start, looked: log.looked };
}
