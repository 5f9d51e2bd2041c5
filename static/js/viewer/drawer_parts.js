// What a WebGL2 program and its textures are made of.

import { BINS, CELLS } from "./tools/local_contrast.js";

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

/**
 * A program that draws a square by its attribute `corner`, 0 or 1 each way.
 * @param {WebGL2RenderingContext} gl @param {string} vertex @param {string} fragment
 */
export function program(gl, vertex, fragment) {
  const made = /** @type {WebGLProgram} */ (gl.createProgram());
  gl.attachShader(made, shader(gl, gl.VERTEX_SHADER, vertex));
  gl.attachShader(made, shader(gl, gl.FRAGMENT_SHADER, fragment));
  gl.bindAttribLocation(made, 0, "corner");
  gl.linkProgram(made);
  return made;
}

/**
 * @param {WebGL2RenderingContext} gl @param {number} unit @param {number} format @param {number} width
 * @param {number} height
 */
export function texture(gl, unit, format, width, height) {
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
export function shiftsTexture(gl) {
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

/** The square itself. @param {WebGL2RenderingContext} gl */
export function bindSquare(gl) {
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
}
