// Draws 16-bit tiles with WebGL2: one integer texture a tile, one table of grays, exact at 1:1.

import { TileDrawer } from "./drawer_base.js";
import { FRAGMENT, VERTEX } from "./shaders.js";
import { BINS, CELLS } from "./tools/local_contrast.js";

const UNIFORMS = ["tile", "table", "canvas", "place", "size", "exact", "box", "mirror", "shifts", "contrast", "span"];

/** @param {WebGL2RenderingContext} gl @param {number} kind @param {string} text */
function shader(gl, kind, text) {
  const made = /** @type {WebGLShader} */ (gl.createShader(kind));
  gl.shaderSource(made, text);
  gl.compileShader(made);
  if (!gl.getShaderParameter(made, gl.COMPILE_STATUS) && !gl.isContextLost()) {
    throw new Error(`The drawer's program does not compile: ${gl.getShaderInfoLog(made)}`);
  }
  return made;
}

/** @param {WebGL2RenderingContext} gl */
function program(gl) {
  const made = /** @type {WebGLProgram} */ (gl.createProgram());
  gl.attachShader(made, shader(gl, gl.VERTEX_SHADER, VERTEX));
  gl.attachShader(made, shader(gl, gl.FRAGMENT_SHADER, FRAGMENT));
  gl.bindAttribLocation(made, 0, "corner");
  gl.linkProgram(made);
  gl.useProgram(made);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  return made;
}

/**
 * @param {WebGL2RenderingContext} gl @param {number} unit @param {number} format @param {number} width
 * @param {number} height
 */
function texture(gl, unit, format, width, height) {
  const made = gl.createTexture();
  gl.activeTexture(unit);
  gl.bindTexture(gl.TEXTURE_2D, made);
  gl.texStorage2D(gl.TEXTURE_2D, 1, format, width, height);
  for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
    gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
  }
  return made;
}

/** The shifts of local contrast, which the graphics blend between bins and cells. @param {WebGL2RenderingContext} gl */
function shiftsTexture(gl) {
  const made = gl.createTexture();
  gl.activeTexture(gl.TEXTURE2);
  gl.bindTexture(gl.TEXTURE_3D, made);
  gl.texStorage3D(gl.TEXTURE_3D, 1, gl.R16F, BINS, CELLS, CELLS);
  for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_3D, side, gl.LINEAR);
  for (const way of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T, gl.TEXTURE_WRAP_R]) {
    gl.texParameteri(gl.TEXTURE_3D, way, gl.CLAMP_TO_EDGE);
  }
  return made;
}

export class WebGLTileDrawer extends TileDrawer {
  /** @param {any} options */
  constructor(options) {
    super(options);
    const gl = this.gl;
    const made = program(gl);
    this.at = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(made, name)]));
    this.table = texture(gl, gl.TEXTURE1, gl.R8, 256, 256);
    gl.uniform1i(this.at.tile, 0);
    gl.uniform1i(this.at.table, 1);
    gl.uniform1i(this.at.shifts, 2);
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
    this.gl.viewport(0, 0, width, height);
    this.gl.uniform2f(this.at.canvas, width, height);
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
    this.viewer.forceRedraw();
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
    this.gl.uniform1i(this.at.mirror, this.mirrored ? 1 : 0);
    this.gl.clearColor(0, 0, 0, 1);
    this.gl.clear(this.gl.COLOR_BUFFER_BIT);
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
    this.canvas.removeEventListener("webglcontextlost", this.onLost);
    super.destroy();
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
