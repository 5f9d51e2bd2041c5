// Draws 16-bit tiles with WebGL2: one integer texture a tile, one of the view's values, one table of grays, exact at 1:1.

import { TileDrawer } from "./drawer_base.js";
import { bindSquare, program, shiftsTexture, texture } from "./drawer_parts.js";
import { GRAYS_FRAGMENT, VALUES_FRAGMENT, VALUES_VERTEX, WHOLE_VERTEX } from "./shaders.js";
import { BINS, CELLS } from "./tools/local_contrast.js";

const UNIFORMS = ["tile", "canvas", "place", "size", "exact", "box", "mirror", "shifts", "contrast", "span"];

export class WebGLTileDrawer extends TileDrawer {
  /** @param {any} options */
  constructor(options) {
    super(options);
    const gl = this.gl;
    const grays = program(gl, WHOLE_VERTEX, GRAYS_FRAGMENT);
    gl.useProgram(grays);
    gl.uniform1i(gl.getUniformLocation(grays, "table"), 1);
    gl.uniform1i(gl.getUniformLocation(grays, "values"), 3);
    const values = program(gl, VALUES_VERTEX, VALUES_FRAGMENT);
    this.programs = { grays, values };
    this.at = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(values, name)]));
    gl.useProgram(values); // the one in use everywhere but in `paintEnd`
    gl.uniform1i(this.at.tile, 0);
    gl.uniform1i(this.at.shifts, 2);
    bindSquare(gl);
    this.table = texture(gl, gl.TEXTURE1, gl.R8, 256, 256);
    this.frame = gl.createFramebuffer();
    /** @type {any} the value of each pixel of the view */
    this.kept = null;
    this.waiting = 0;
    /** @type {any} */
    this.shifts = null;
    this.onLost = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.viewer.raiseEvent("drawer-lost");
    };
    this.canvas.addEventListener("webglcontextlost", this.onLost);
    this.sizeCanvas();
  }

  getType() {
    return "u16-webgl";
  }

  static isSupported() {
    const gl = document.createElement("canvas").getContext("webgl2");
    const fits = gl !== null && gl.getParameter(gl.MAX_TEXTURE_SIZE) >= 2048;
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
    return fits;
  }

  _createDrawingElement() {
    const canvas = document.createElement("canvas");
    this.gl = canvas.getContext("webgl2", { antialias: false, depth: false, alpha: false });
    if (!this.gl) throw new Error("This browser gave no WebGL2 context.");
    return canvas;
  }

  /** @param {number} width @param {number} height */
  resizeCanvas(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
    const gl = this.gl;
    gl.viewport(0, 0, width, height);
    gl.uniform2f(this.at.canvas, width, height);
    gl.deleteTexture(this.kept);
    this.kept = texture(gl, gl.TEXTURE3, gl.R32UI, Math.max(width, 1), Math.max(height, 1));
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.kept, 0);
  }

  /** @param {any} cache */
  internalCacheCreate(cache) {
    const gl = this.gl;
    const { values, width, height } = cache.data;
    const made = texture(gl, gl.TEXTURE0, gl.R16UI, width, height);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 2); // rows of 513 values are no multiple of 4 bytes
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RED_INTEGER, gl.UNSIGNED_SHORT, values);
    return { texture: made, width, height };
  }

  /** @param {any} data */
  internalCacheFree(data) {
    if (data?.texture) this.gl.deleteTexture(data.texture);
  }

  /** @param {Uint8Array} table 65,536 grays */
  setTable(table) {
    const gl = this.gl;
    gl.activeTexture(gl.TEXTURE1);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, 256, 256, gl.RED, gl.UNSIGNED_BYTE, table);
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      if (!this.held) this.paintEnd(); // the values stay as they are: OpenSeadragon has nothing to do
    });
  }

  /**
   * Local contrast on, or off with null.
   * @param {{shifts: Float32Array, low: number, high: number, strength: number}|null} contrast
   */
  setContrast(contrast) {
    const gl = this.gl;
    gl.uniform3f(this.at.contrast, contrast?.low ?? 0, contrast?.high ?? 1, contrast?.strength ?? 0);
    if (contrast) {
      this.shifts ??= shiftsTexture(gl);
      gl.activeTexture(gl.TEXTURE2);
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
      gl.texSubImage3D(gl.TEXTURE_3D, 0, 0, 0, 0, BINS, CELLS, CELLS, gl.RED, gl.FLOAT, contrast.shifts);
    }
    this.viewer.forceRedraw();
  }

  /** Paint inside this box only, or everywhere. @param {{left: number, top: number, right: number, bottom: number}|null} box */
  clip(box) {
    const gl = this.gl;
    if (!box) return gl.disable(gl.SCISSOR_TEST);
    const { width, height } = this.canvas;
    gl.enable(gl.SCISSOR_TEST);
    const left = this.mirrored ? width - box.right : box.left;
    gl.scissor(left, height - box.bottom, box.right - box.left, box.bottom - box.top);
  }

  paintStart() {
    const gl = this.gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    gl.uniform1i(this.at.mirror, this.mirrored ? 1 : 0);
    gl.clearBufferuiv(gl.COLOR, 0, [0, 0, 0, 0]);
  }

  /** Look the grays of the view's values up. */
  paintEnd() {
    const gl = this.gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.useProgram(this.programs.grays);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    gl.useProgram(this.programs.values);
  }

  /** @param {any} data @param {any} to @param {boolean} exact */
  paintTile(data, to, exact) {
    const { gl, at } = this;
    if (to.right <= 0 || to.bottom <= 0 || to.left >= this.canvas.width || to.top >= this.canvas.height) return;
    gl.uniform4f(at.box, to.left, to.top, to.right, to.bottom);
    gl.uniform3f(at.place, to.originX, to.originY, to.step);
    gl.uniform2f(at.size, data.width, data.height);
    gl.uniform4f(at.span, to.span.x, to.span.y, to.span.stepX, to.span.stepY);
    gl.uniform1i(at.exact, exact && to.step === 1 ? 1 : 0);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, data.texture);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  destroy() {
    cancelAnimationFrame(this.waiting);
    this.canvas.removeEventListener("webglcontextlost", this.onLost);
    super.destroy();
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
