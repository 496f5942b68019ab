// Draws points that glide between two frames: on WebGL2, or on a plain canvas where there is none.

import { between, toScreen } from "./pure.js";

const VERTEX = `#version 300 es
in vec3 a_from; in vec3 a_to; in vec4 a_color;
uniform float u_t, u_size; uniform mat3 u_rotation; uniform vec3 u_center; uniform vec2 u_offset, u_scale;
out vec4 v_color;
void main() {
  vec3 p = u_rotation * (mix(a_from, a_to, u_t) - u_center);
  gl_Position = vec4((p.xy - u_offset) * u_scale, 0.0, 1.0);
  bool faint = a_color.a < 0.3;
  gl_PointSize = u_size * (faint ? 0.8 : 1.0);
  v_color = a_color;
}`;
const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 v_color; out vec4 color;
void main() {
  float r = length(gl_PointCoord - 0.5) * 2.0;
  float alpha = v_color.a * (1.0 - smoothstep(0.8, 1.0, r));
  color = vec4(v_color.rgb * alpha, alpha);
}`;

const UNIFORMS = ["t", "size", "rotation", "center", "offset", "scale"];

/** @param restored called when a lost picture can be drawn again */
export function makeRenderer(canvas, restored) {
  const gl = canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true, alpha: true });
  return gl ? new WebGLRenderer(canvas, gl, restored) : new CanvasRenderer(canvas);
}

class WebGLRenderer {
  constructor(canvas, gl, restored) {
    this.canvas = canvas;
    this.gl = gl;
    this.data = {};
    this.plain = false;
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => {
      this.prepare();
      for (const [name, data] of Object.entries(this.data)) this.upload(name, data);
      restored();
    });
    this.prepare();
  }

  prepare() {
    const { gl } = this;
    this.program = link(gl, VERTEX, FRAGMENT);
    this.uniforms = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(this.program, `u_${name}`)]));
    this.buffers = {};
    this.array = gl.createVertexArray();
    gl.bindVertexArray(this.array);
    this.attribute("a_from", "from", 3, gl.FLOAT, false);
    this.attribute("a_to", "to", 3, gl.FLOAT, false);
    this.attribute("a_color", "color", 4, gl.UNSIGNED_BYTE, true);
    this.buffers.order = gl.createBuffer();
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffers.order);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  attribute(name, buffer, size, type, normalized) {
    const { gl } = this;
    const location = gl.getAttribLocation(this.program, name);
    this.buffers[buffer] = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[buffer]);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, size, type, normalized, 0, 0);
  }

  upload(name, data) {
    const { gl } = this;
    this.data[name] = data;
    const target = name === "order" ? gl.ELEMENT_ARRAY_BUFFER : gl.ARRAY_BUFFER;
    gl.bindVertexArray(this.array);
    gl.bindBuffer(target, this.buffers[name]);
    gl.bufferData(target, data, gl.DYNAMIC_DRAW);
  }

  draw(view, t, size) {
    const { gl, canvas, data } = this;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!data.order?.length || !data.to) return;
    gl.useProgram(this.program);
    gl.bindVertexArray(this.array);
    const { uniforms } = this;
    gl.uniform1f(uniforms.t, t);
    gl.uniform1f(uniforms.size, size * devicePixelRatio);
    gl.uniformMatrix3fv(uniforms.rotation, true, view.rotation);
    gl.uniform3fv(uniforms.center, view.center);
    gl.uniform2f(uniforms.offset, view.x, view.y);
    gl.uniform2f(uniforms.scale, (2 * view.unit) / view.width, (2 * view.unit) / view.height);
    gl.drawElements(gl.POINTS, data.order.length, gl.UNSIGNED_INT, 0);
  }

  destroy() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

class CanvasRenderer {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.data = {};
    this.plain = true;
  }

  upload(name, data) {
    this.data[name] = data;
  }

  draw(view, t, size) {
    const { context, data } = this;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    if (!data.order?.length || !data.to) return;
    const points = between(data.from, data.to, t);
    for (const i of data.order) {
      const [x, y] = toScreen(points[3 * i], points[3 * i + 1], points[3 * i + 2], view);
      const [r, g, b, a] = data.color.subarray(4 * i, 4 * i + 4);
      context.fillStyle = `rgba(${r},${g},${b},${a / 255})`;
      context.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }

  destroy() {}
}

function link(gl, vertex, fragment) {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`the map's shader does not compile: ${gl.getProgramInfoLog(program)}`);
  }
  return program;
}
