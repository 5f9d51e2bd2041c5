/**
 * The course of a reading: ask the server for the trial, show it, collect the answer, keep it, send it,
 * ask again. The server alone decides what comes next. No document and no network of its own.
 *
 * @typedef {"fetching"|"reading"|"sending"|"taught"|"done"} Phase
 * @typedef {{kind: "offline"|"server"|"closed"|"signed-out"|"refused"|"storage"|"picture"|"elsewhere"|"step"|"draft", text: string}} Notice
 * @typedef {object} View
 * @property {Phase} phase
 * @property {import("./trial_flow.js").Trial|null} trial
 * @property {string[]} missing named after Enter, cleared as they are answered
 * @property {{field: string, text: string}|null} wrong the server's word about one answer
 * @property {Notice|null} notice
 * @property {{is: string, said: string}|null} lesson what was true of the training case just answered
 * @property {number} acknowledged answers that the server has confirmed
 */
import { createActiveTime } from "./active_time.js";
import { createDraftSync } from "./draft_sync.js";
import { waitMs } from "./outbox.js";
import { draftOf, entryOf, isAsked, trialAnswered, trialMarked, trialMissing, trialStarted } from "./trial_flow.js";

/** Refusals that are about the place and not about the answer: another device reads, or a step comes first. */
const PLACES = { other_device: "elsewhere", taken_over: "elsewhere", step_owed: "step" };

/** Refusals that the reader can mend: the protocol does not allow the answer, or a mark is off the picture. */
const ANSWERS_FAULT = new Set(["answer", "answer_missing", "answer_unknown", "mark_outside_image"]);

const WORDS = {
  offline: "No connection. The next image comes as soon as it is back.",
  server: "The server does not answer. Trying again by itself.",
  closed: "The study is not open now.",
  "signed-out": "You are signed out. Sign in again to go on; nothing is lost.",
  storage: "This browser can't keep your answer: its storage is full or switched off. Make room, then press Enter again.",
  picture: "The image could not be loaded. Trying again by itself.",
  draft: "Another window of yours has changed this answer. What it holds is shown now.",
};

/**
 * Return a reading session.
 * @param {object} options
 * @param {string} options.participant
 * @param {ReturnType<typeof import("./reader_api.js").createReaderApi>} options.api
 * @param {import("./outbox.js").Outbox} options.outbox
 * @param {{put(draft: object): Promise<void>, remove(): Promise<void>, get(): Promise<any>}} options.drafts
 * @param {(next: any, marks: import("./trial_flow.js").Mark[]) => Promise<void>} options.show resolves when the picture is drawn
 * @param {() => string} options.newUuid
 * @param {() => number} options.now monotonic ms
 * @param {() => string} options.clockTime ISO time for the record
 * @param {(fn: () => void, ms: number) => unknown} options.setTimer
 * @param {(id: any) => void} options.clearTimer
 * @param {() => number} options.random
 * @param {(marks: import("./trial_flow.js").Mark[]) => void} [options.onAdopted] marks that another window drew
 * @param {() => object} [options.screen] what this browser says of its screen
 * @param {(view: View) => void} options.onChange
 */
export function createReadingSession({
  participant, api, outbox, drafts, show, newUuid, now, clockTime, setTimer, clearTimer, random, onChange,
  screen = () => ({}), onAdopted = () => {},
}) {
  /** @type {View} */
  let view = { phase: "fetching", trial: null, missing: [], wrong: null, notice: null, lesson: null, acknowledged: 0 };
  let image = { width: 0, height: 0 };
  let time = createActiveTime({ now });
  let asking = null;
  let started = false; // the outbox speaks as soon as it is read, before the reader wants an image
  let attempt = 0;
  let timer = null;
  const sync = createDraftSync({ send: api.draft, setTimer, clearTimer, onConflict: adopt });

  const set = (/** @type {Partial<View>} */ change) => {
    view = { ...view, ...change };
    onChange(view);
  };
  const say = (/** @type {Notice["kind"]} */ kind, text = "") => set({ notice: { kind, text: text || WORDS[kind] } });
  // A draft is a comfort, not a record: a browser that can't keep it must not stop the reading.
  const keep = () => view.trial && drafts.put(draftOf(view.trial, time.total())).catch(() => {});
  const changed = () => {
    if (api.keepsDrafts) sync.change({ answers: view.trial.answers, marks: view.trial.marks });
    return keep();
  };

  /** Another window of this reader saved a draft: its state is shown, and said. @param {{answers?: object, marks?: import("./trial_flow.js").Mark[]}} body */
  function adopt({ answers = {}, marks = [] }) {
    if (view.phase !== "reading") return;
    const { token, uuid, activeMs } = view.trial;
    const trial = trialStarted(view.trial, { token, uuid, answers, marks, activeMs }, newUuid);
    set({ trial, notice: { kind: "draft", text: WORDS.draft } });
    onAdopted(trial.marks);
  }

  /** @param {Notice["kind"]} kind @param {string} [text] @param {number} [given] */
  function tryLater(kind, text, given = 0) {
    say(kind, text);
    clearTimer(timer);
    timer = setTimer(() => void advance(), Math.max(given, waitMs(attempt++, random)));
  }

  /** @param {any} next */
  async function begin(next) {
    const mine = await drafts.get().catch(() => null);
    const server = next.draft && { token: next.token, uuid: newUuid(), answers: {}, marks: [], activeMs: 0, ...next.draft.body };
    const trial = trialStarted(next, mine?.token === next.token ? mine : server, newUuid);
    try {
      await show(next, trial.marks);
    } catch {
      return tryLater("picture");
    }
    attempt = 0;
    image = next.image;
    time = createActiveTime({ now, already: trial.activeMs });
    const notice = view.notice?.kind === "refused" ? view.notice : null;
    set({ phase: "reading", trial, missing: [], wrong: null, notice, lesson: null, acknowledged: next.acknowledged });
    sync.begin(next.token, next.draft?.version ?? 0);
    await keep();
  }

  async function ask() {
    clearTimer(timer);
    await outbox.flush();
    if (outbox.state().waiting) return hold(); // the outbox goes on trying and calls `delivered`
    if (!api.seated) {
      const seat = await api.sit({ clientAt: clockTime(), screen: screen(), takeOver: false });
      if (seat.kind !== "seated") return stand(seat);
    }
    const got = await api.next();
    if (got.kind === "trial") return begin(got.next);
    if (got.kind !== "done") return stand(got);
    await drafts.remove().catch(() => {});
    return set({ phase: "done", notice: null });
  }

  /** Say why there is no case to read now. @param {Exclude<import("./outbox.js").Outcome, {kind: "accepted"}>} got */
  function stand(got) {
    if (got.kind === "later") return tryLater(got.reason, got.message, got.waitMs);
    if (got.kind === "signed-out") return say("signed-out");
    if (got.code === "taken_over") api.unseat();
    return say(PLACES[got.code] ?? "refused", got.message);
  }

  /** After a training case: what was true, until the reader goes on. */
  async function teach() {
    const lesson = await api.lesson(view.trial.token);
    if (!lesson) return advance();
    return set({ phase: "taught", lesson, notice: null });
  }

  /** One question to the server at a time. */
  function advance() {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  }

  /** Say why the answers have not left yet. */
  function hold() {
    const { status, reason } = outbox.state();
    if (status in WORDS) say(/** @type {Notice["kind"]} */ (status), reason);
  }

  /** The outbox changed: go on when the present answer has left it, stop when it was turned down. */
  function delivered() {
    if (started && view.phase === "fetching" && !asking && !outbox.state().waiting) void advance();
    if (view.phase !== "sending") return;
    const entry = view.trial && outbox.get(view.trial.uuid);
    if (!entry && view.trial.training && api.keepsDrafts) {
      set({ phase: "taught", notice: null });
      void teach();
    } else if (!entry) {
      set({ phase: "fetching", notice: null });
      void advance();
    } else if (ANSWERS_FAULT.has(entry.refusal?.code)) {
      const { field, message } = entry.refusal;
      set({ phase: "reading", wrong: { field: field ?? "", text: message } });
    } else if (entry.refusal) {
      set({ phase: "fetching", notice: { kind: "refused", text: entry.refusal.message } });
      void advance();
    } else hold();
  }

  return {
    /** Replay what an earlier visit left, then ask for the trial. */
    start() {
      started = true;
      return advance();
    },
    delivered,
    view: () => view,
    /** @param {string} key @param {import("./trial_flow.js").Answer|null} value */
    answer(key, value) {
      if (view.phase !== "reading") return;
      time.touch();
      const question = view.trial.questions.find((one) => one.key === key);
      if (question && !isAsked(question, view.trial.answers)) return; // its key does nothing while it is not asked
      const trial = trialAnswered(view.trial, key, value);
      set({ trial, missing: view.missing.filter((one) => one !== key), wrong: null });
      void changed();
    },
    /** @param {import("./trial_flow.js").Mark[]} marks */
    mark(marks) {
      if (view.phase !== "reading") return;
      time.touch();
      set({ trial: trialMarked(view.trial, marks, image), wrong: null });
      void changed();
    },
    /** Enter: name what is missing, or keep the answer and send it. Twice is once. */
    async submit() {
      if (view.phase === "taught" && view.lesson) {
        set({ phase: "fetching", lesson: null });
        return advance();
      }
      if (view.phase !== "reading") return;
      time.touch();
      const missing = trialMissing(view.trial);
      if (missing.length) return set({ missing });
      const activeMs = time.total();
      time.pause();
      sync.stop();
      set({ phase: "sending", missing: [], notice: null });
      const entry = entryOf(view.trial, { participant, clientAt: clockTime(), activeMs });
      try {
        await outbox.add(entry);
      } catch {
        set({ phase: "reading" });
        return say("storage");
      }
      await outbox.flush();
    },
    /** A sign of life. */
    touch: () => time.touch(),
    /** The page is hidden or goes away. */
    async rest() {
      time.pause();
      await Promise.all([keep(), sync.flush()]);
    },
    /** Read here and not on the other device. */
    async takeOver() {
      const seat = await api.sit({ clientAt: clockTime(), screen: screen(), takeOver: true });
      return seat.kind === "seated" ? advance() : stand(seat);
    },
    /** The network, the page or the sign-in is back. */
    async wake() {
      attempt = 0;
      await outbox.wake();
      if (view.phase === "fetching") await advance();
    },
  };
}
