// The drawer's programs. The first one writes values: integer textures don't filter, so the blend of four is done
// here. The second one looks their grays up; a step of the window runs it alone.

/** Set where there is a picture; 0 is the black around it, whatever the table says. */
const THERE = "65536u";

export const VALUES_VERTEX = `#version 300 es
uniform vec4 box;      // left, top, right, bottom of the tile on the canvas, device px
uniform vec2 canvas;   // size of the canvas, device px
uniform bool mirror;   // left and right change places on the canvas
in vec2 corner;        // 0 or 1
void main() {
  vec2 place = mix(box.xy, box.zw, corner) / canvas;
  if (mirror) place.x = 1.0 - place.x;
  gl_Position = vec4(place.x * 2.0 - 1.0, 1.0 - place.y * 2.0, 0.0, 1.0);
}`;

export const VALUES_FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
precision highp sampler3D;
uniform usampler2D tile;
uniform vec2 canvas;
uniform vec3 place;        // the tile's corner on the canvas, device px; device px for each tile px
uniform vec2 size;         // of the tile, px
uniform bool exact;        // 1:1: no blend
uniform bool mirror;
uniform sampler3D shifts;  // local contrast: by bin, column and row of cells; shares of the range
uniform vec3 contrast;     // low, high, strength; strength 0: none
uniform vec4 span;         // the tile's corner and one tile px, as shares of the picture
out uvec4 kept;
float at(ivec2 where) {
  return float(texelFetch(tile, clamp(where, ivec2(0), ivec2(size) - 1), 0).r);
}
void main() {
  vec2 pixel = vec2(mirror ? canvas.x - gl_FragCoord.x : gl_FragCoord.x, canvas.y - gl_FragCoord.y);
  vec2 point = (pixel - place.xy) / place.z;
  float value;
  if (exact) {
    value = at(ivec2(floor(point)));
  } else {
    vec2 p = point - 0.5;
    ivec2 i = ivec2(floor(p));
    vec2 f = p - vec2(i);
    value = mix(
      mix(at(i), at(i + ivec2(1, 0)), f.x),
      mix(at(i + ivec2(0, 1)), at(i + ivec2(1, 1)), f.x), f.y);
  }
  if (contrast.z > 0.0 && value > 0.0) {
    float range = contrast.y - contrast.x;
    vec3 cell = vec3((value - contrast.x) / range, span.xy + point * span.zw);
    float shift = texture(shifts, cell).r;
    value += contrast.z * shift * range * clamp(value / contrast.x, 0.0, 1.0);
    value = clamp(value, 0.0, 65535.0);
  }
  kept = uvec4(uint(value + 0.5) | ${THERE}, 0u, 0u, 0u);
}`;

export const WHOLE_VERTEX = `#version 300 es
in vec2 corner;
void main() {
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

export const GRAYS_FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
uniform usampler2D values;
uniform sampler2D table;   // 256 x 256 grays: low byte across, high byte down
out vec4 color;
void main() {
  uint k = texelFetch(values, ivec2(gl_FragCoord.xy), 0).r;
  float gray = (k & ${THERE}) == 0u ? 0.0 : texelFetch(table, ivec2(int(k & 255u), int((k >> 8) & 255u)), 0).r;
  color = vec4(vec3(gray), 1.0);
}`;
