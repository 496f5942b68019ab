// Keeps one Plotly chart mounted and feeds it new figures.

const BUTTONS = ["zoom2d", "pan2d", "select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"];
const CONFIG = { displaylogo: false, modeBarButtonsToRemove: BUTTONS, doubleClick: "reset+autosize" };

function plotly(source) {
  // One script tag for all charts of the page.
  window.softsilPlotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      window.softsilPlotly = undefined;
      script.remove();
      reject(new Error("plotly.js could not be loaded"));
    };
    document.head.append(script);
  });
  return window.softsilPlotly;
}

function themed(layout, element) {
  const style = getComputedStyle(element);
  const color = (name) => style.getPropertyValue(name).trim();
  const axis = (own) => ({
    ...own,
    gridcolor: color("--st-border-color-light"),
    zerolinecolor: color("--st-border-color"),
    linecolor: color("--st-border-color"),
    tickcolor: color("--st-border-color"),
  });
  const background = color("--st-background-color");
  return {
    ...layout,
    font: { ...layout.font, color: color("--st-text-color"), family: color("--st-font") },
    xaxis: axis(layout.xaxis),
    yaxis: axis(layout.yaxis),
    hoverlabel: { bgcolor: background, bordercolor: color("--st-border-color"), font: { color: color("--st-text-color") } },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: color("--st-border-color"), activecolor: color("--st-text-color") },
  };
}

function follow(element) {
  const observer = new ResizeObserver(() => {
    if (element.data && element.clientWidth) window.Plotly.Plots.resize(element);
  });
  observer.observe(element);
  return observer;
}

export default function (component) {
  const { data, parentElement } = component;
  const element = parentElement.querySelector(".plotly-live");
  element.softsil ??= { queue: Promise.resolve(), updates: 0 };
  const state = element.softsil;
  element.dataset.chart = data.chart;
  element.setAttribute("aria-label", data.label);
  const figure = JSON.parse(data.figure);
  element.style.height = `${figure.layout.height}px`;

  // In order, one at a time: react() is asynchronous.
  state.queue = state.queue
    .then(() => plotly(data.source))
    .then((library) => library.react(element, figure.data, themed(figure.layout, element), CONFIG))
    .then(() => {
      state.observer ??= follow(element);
      element.dataset.updates = String(++state.updates);
    })
    .catch((error) => {
      if (!element.dataset.updates) element.textContent = `No chart: ${error.message}. Reload the page to try again.`;
    });

  return () => {
    state.observer?.disconnect();
    window.Plotly?.purge(element);
    delete element.softsil;
  };
}
