"""What the benchmark of the live map runs inside the page."""

# Notes when the first picture of every epoch is on the screen; reading one pixel waits until it really is drawn.
WATCH = """() => {
  const view = window.softsilMap, draw = view.draw.bind(view), pixel = new Uint8Array(4);
  window.painted = {};
  window.finish = () => {
    for (const { renderer: { gl } } of view.panes) gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  };
  view.draw = (...asked) => {
    draw(...asked);
    const epochs = view.panes.map((pane) => pane.frame?.epoch);
    if (epochs.some((epoch) => epoch !== epochs[0]) || epochs[0] in window.painted) return;
    window.finish();
    window.painted[epochs[0]] = performance.timeOrigin + performance.now();
  };
}"""
PLAY = """async () => {
  const view = window.softsilMap;
  view.shared.epoch = 0;
  view.set({ speed: 10 });
  await new Promise((done) => setTimeout(done, 1000));
  view.playback.toggle();
  const [from, start] = [view.drawn, performance.now()];
  while (view.shared.playing) await new Promise((done) => setTimeout(done, 20));
  window.finish();
  return (1000 * (view.drawn - from)) / (performance.now() - start);
}"""
SCRUB = """async (epochs) => {
  const times = [];
  for (const epoch of epochs) {
    window.painted = {};
    const start = performance.now();
    window.softsilMap.seek(epoch);
    while (!(epoch in window.painted)) await new Promise((done) => setTimeout(done, 1));
    times.push(window.painted[epoch] - performance.timeOrigin - start);
    await new Promise((done) => setTimeout(done, 250));
  }
  return times;
}"""
# Pulls the slider through all epochs, a step every 30 ms, as a hand would: pictures a second.
DRAG = """async (last) => {
  const view = window.softsilMap, [from, start] = [view.drawn, performance.now()];
  for (let epoch = 0; epoch <= last; epoch++) {
    view.seek(epoch);
    await new Promise((done) => setTimeout(done, 30));
  }
  window.finish();
  return (1000 * (view.drawn - from)) / (performance.now() - start);
}"""
PAN = """async () => {
  const view = window.softsilMap, times = [];
  for (let i = 0; i < 30; i++) {
    const start = performance.now();
    view.shared.camera.x += 0.01;
    view.shared.camera.zoom *= 1.01;
    view.draw(start);
    window.finish();
    times.push(performance.now() - start);
    await new Promise(requestAnimationFrame);
  }
  return times;
}"""
FRAME_BYTES = """() => {
  const size = (part) => performance.getEntriesByType("resource")
    .filter((entry) => entry.name.includes(part)).map((entry) => entry.encodedBodySize).at(-1) ?? 0;
  return size("/frames/") + size("/values/") + size("/map");
}"""
