// Plays the epochs in order; never runs ahead of frames that are still being fetched.

export class Playback {
  /** @param view the MapView whose epochs are played */
  constructor(view) {
    this.view = view;
  }

  toggle() {
    if (this.view.shared.playing) this.stop();
    else this.start();
  }

  start() {
    const { shared } = this.view;
    shared.playing = true;
    if (this.view.shown.epoch() >= this.view.shown.lastEpoch()) shared.epoch = 0;
    this.run((this.turn = {}));
  }

  stop() {
    this.view.shared.playing = false;
    this.view.refresh();
    this.view.report();
  }

  async run(turn) {
    const { view } = this;
    const { shared } = view;
    while (turn === this.turn && shared.playing && !view.gone) {
      const duration = 1000 / shared.speed;
      const began = performance.now();
      await view.refresh(duration);
      await new Promise((done) => setTimeout(done, Math.max(0, began + duration - performance.now())));
      if (turn === this.turn && shared.playing && !view.gone) this.advance();
    }
  }

  advance() {
    const { view } = this;
    const next = view.shown.epochs().find((epoch) => epoch > view.shown.epoch());
    if (next !== undefined) {
      view.shared.epoch = next;
      return;
    }
    view.shared.playing = false;
    view.follow();
  }
}
