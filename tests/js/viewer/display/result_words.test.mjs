import assert from "node:assert/strict";
import { test } from "node:test";
import { cardWidth, pixelPitch } from "../../../../static/js/viewer/display/card_size.js";
import { resultWords } from "../../../../static/js/viewer/display/result_words.js";

const good = {
  pitch_mm: 0.2745,
  black: true,
  white: true,
  lines: true,
  letters: [{ background: 12, smallest: 2 }, { background: 128, smallest: 1 }, { background: 242, smallest: null }],
  screen: { exact: true, ratio: 1 },
};

test("resultWords_tell_what_was_seen", () => {
  const words = resultWords(good);
  assert.ok(words.includes("On the dark field letters were read down to 2 of 255 steps."));
  assert.ok(words.includes("On the bright field no letter was read."));
  assert.ok(words.includes("A pixel is 0.2745 mm wide, by the card."));
  assert.equal(words.length, 7);
});

test("resultWords_say_what_to_do_where_something_was_not_seen", () => {
  const words = resultWords({ ...good, black: false, pitch_mm: null, screen: { exact: false, ratio: 1.25 } }).join("\n");
  assert.match(words, /darken the room/);
  assert.match(words, /no true size/);
  assert.match(words, /changes gray values/);
  assert.match(words, /zoomed or the screen is scaled/);
});

test("pixelPitch_is_the_card_over_its_device_pixels", () => {
  assert.equal(pixelPitch(428, 1), 0.2);
  assert.equal(pixelPitch(214, 2), 0.2);
  assert.ok(Math.abs(cardWidth(0.2, 2) - 214) < 1e-9);
});
