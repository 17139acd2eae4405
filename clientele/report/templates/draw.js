// How numbers, names and charts look: formats, colours, and the layout that all charts share.

const ABOUT = JSON.parse(document.getElementById("about").textContent);

// ---- formats
const LOCALE = "en-GB";
function formatter(options) {
  const format = new Intl.NumberFormat(LOCALE, options);
  // a minus as wide as the plus, which is also what Plotly writes
  return (value) => (value === null || value === undefined || !Number.isFinite(value) ? "–" : format.format(value).replace("-", "−"));
}
function moneyOptions(options) {
  try {
    new Intl.NumberFormat(LOCALE, { style: "currency", currency: ABOUT.currency });
    return { ...options, style: "currency", currency: ABOUT.currency };
  } catch {
    return options;
  }
}
const number = formatter({ maximumFractionDigits: 0 });
const number1 = formatter({ maximumFractionDigits: 1, minimumFractionDigits: 1 });
const number2 = formatter({ maximumFractionDigits: 2, minimumFractionDigits: 2 });
const number3 = formatter({ maximumSignificantDigits: 3 });
const short = formatter({ notation: "compact", maximumFractionDigits: 1 });
const percent = formatter({ style: "percent", maximumFractionDigits: 1, minimumFractionDigits: 1 });
const percent0 = formatter({ style: "percent", maximumFractionDigits: 0 });
const signedPercent = formatter({ style: "percent", maximumFractionDigits: 1, minimumFractionDigits: 1, signDisplay: "exceptZero" });
const signedPoints = (share) => `${formatter({ maximumFractionDigits: 1, minimumFractionDigits: 1, signDisplay: "exceptZero" })(share * 100)} pp`;
const money = formatter(moneyOptions({ maximumFractionDigits: 0, minimumFractionDigits: 0 }));
const money2 = formatter(moneyOptions({ maximumFractionDigits: 2, minimumFractionDigits: 2 }));
const compactMoney = formatter(moneyOptions({ notation: "compact", maximumFractionDigits: 1, minimumFractionDigits: 0 }));
const moneyShort = (value) => (Math.abs(value) < 1000 ? money(value) : compactMoney(value).replace("m", "M"));
// Plotly's own formats, for hovers: the sign of the currency stands before the number.
const CURRENCY_SIGN = (() => {
  const parts = ABOUT.currency ? new Intl.NumberFormat(LOCALE, moneyOptions({})).formatToParts(1) : [];
  const sign = parts.find((part) => part.type === "currency");
  return sign ? plain(sign.value) : "";
})();
const MONEY_HOVER = "%{y:$,.0f}";
// Plotly writes $ in a format as this, after a minus.
const PLOTLY_LOCALE = { moduleType: "locale", name: "report", dictionary: {}, format: { currency: [CURRENCY_SIGN, ""] } };

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
function monthName(date) {
  return date ? `${MONTHS[Number(date.slice(5, 7)) - 1]} ${date.slice(0, 4)}` : "–";
}

// ---- names
// Plotly reads some HTML in every label: a text of the data must not be any.
function plain(text) {
  return String(text === null || text === undefined ? "" : text)
    .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
// A name of the vocabulary, such as loyal_customers; texts of the data are shown as they are.
const SPECIAL = {
  not_yet_a_customer: "Not yet a customer", cant_lose: "Can’t lose", bg_nbd: "BG/NBD", mbg_nbd: "MBG/NBD", pareto_nbd: "Pareto/NBD",
  bg_nbd_seasonal: "BG/NBD, seasonal", bg_nbd_all_spend: "BG/NBD, all spend", k_means: "k-means", rfm: "RFM", clv_12m: "CLV 12 months",
  recency_days: "Recency (days)", order_count: "Orders", monetary_value: "Money", mean_order_value: "Mean order value",
  first_order_age_days: "Age (days)", probability_alive: "P(alive)", aic: "AIC", auc: "AUC",
};
function nice(name) {
  if (name === null || name === undefined) return "–";
  const text = String(name);
  if (Object.hasOwn(SPECIAL, text)) return SPECIAL[text];
  const words = text.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
// A label in two lines; its text is made plain first.
function wrapped(text) {
  const words = plain(text).split(" ");
  if (words.length < 2 || text.length < 12) return plain(text);
  const half = Math.ceil(words.length / 2);
  return `${words.slice(0, half).join(" ")}<br>${words.slice(half).join(" ")}`;
}
function cut(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

// ---- colours: Okabe and Ito's, which the colour-blind tell apart
let colours = new Map();
function css(name) {
  if (!colours.has(name)) colours.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
  return colours.get(name);
}
function forgetColours() {
  colours = new Map();
}
function isDark() {
  return document.documentElement.dataset.theme === "dark";
}
function palette() {
  return Array.from({ length: 10 }, (_, index) => css(`--c${index}`));
}
// blue and green for the good, orange for the slipping, grey for the gone
const SEGMENT_COLOURS = {
  champions: 0, loyal_customers: 1, potential_loyalists: 2, new_customers: 8, promising: 5, need_attention: 6, about_to_sleep: 3,
  at_risk: 4, cant_lose: 9, hibernating: 7,
  active_high_value: 0, active_low_value: 1, new_active: 8, new_active_high_value: 8, new_active_low_value: 5, new_warm: 2,
  warm_high_value: 6, warm_low_value: 3, cold: 4, inactive: 7, not_yet_a_customer: 5,
};
function segmentColour(segment, index = 0) {
  const colours = palette();
  return colours[Object.hasOwn(SEGMENT_COLOURS, segment) ? SEGMENT_COLOURS[segment] : index % colours.length];
}
function faded(colour, share) {
  const value = parseInt(colour.slice(1), 16);
  return `rgba(${value >> 16}, ${(value >> 8) & 255}, ${value & 255}, ${share})`;
}
// What can be read on a colour: white or nearly black, by its luminance.
function onColour(colour) {
  if (!colour.startsWith("#")) return css("--ink");
  const value = parseInt(colour.slice(1), 16);
  const light = [value >> 16, (value >> 8) & 255, value & 255].map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] > 0.2 ? "#10161d" : "#ffffff";
}
function isNarrow() {
  return window.innerWidth <= 760;
}
function sequential() {
  const steps = isDark()
    ? ["#1b2632", "#1d4a6b", "#2577ab", "#5db2e4", "#d3ecfb"]
    : ["#eef4f9", "#b3d4e9", "#62a9d3", "#1275b1", "#043a63"];
  return steps.map((colour, index) => [index / (steps.length - 1), colour]);
}
function diverging() {
  return isDark()
    ? [[0, "#ec7a2c"], [0.25, "#8a4a22"], [0.5, "#222c38"], [0.75, "#22597f"], [1, "#5db2e4"]]
    : [[0, "#c24e00"], [0.25, "#eeb58c"], [0.5, "#f5f6f8"], [0.75, "#92c3e1"], [1, "#0068a5"]];
}

// ---- charts
const CONFIG = {
  displaylogo: false, responsive: true, locale: "report", showTips: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d", "sendDataToCloud"],
};

function axis(extra = {}) {
  return {
    gridcolor: css("--grid"), linecolor: css("--line"), zerolinecolor: css("--line"), tickcolor: css("--line"), zeroline: false,
    automargin: true, fixedrange: true, ticklabeloverflow: "allow", tickmode: extra.tickvals ? "array" : "auto", tickfont: { size: 11, color: css("--muted") }, title: { font: { size: 11.5, color: css("--muted") }, standoff: 8 },
    ...extra,
    ...(typeof extra.title === "string" ? { title: { text: extra.title, font: { size: 11.5, color: css("--muted") }, standoff: 8 } } : {}),
  };
}
const MONEY_AXIS = { tickformat: "$~s" };
const SHARE_AXIS = { tickformat: ".0%" };
// up to all of something; left to itself Plotly loses the last label to a rounding error
const WHOLE_AXIS = { ...SHARE_AXIS, range: [0, 1], tickvals: [0, 0.25, 0.5, 0.75, 1] };
// on scales of ratios 1, 2 and 5, and what is ten times as much
const RATIO_TICKS = Array.from({ length: 30 }, (_, index) => [1, 2, 5][index % 3] * 10 ** (Math.floor(index / 3) - 2));

function layout(extra = {}) {
  const { xaxis, yaxis, margin, legend, ...rest } = extra;
  return {
    autosize: true, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", colorway: palette(), bargap: 0.28, barcornerradius: 2,
    font: { family: css("--font"), size: 12, color: css("--ink") }, hovermode: "closest",
    hoverlabel: { bgcolor: css("--card"), bordercolor: css("--line"), font: { family: css("--font"), size: 12, color: css("--ink") }, align: "left", namelength: -1 },
    legend: { orientation: "h", traceorder: "normal", x: 0, y: 1.02, yanchor: "bottom", font: { size: isNarrow() ? 10 : 11.5, color: css("--muted") }, bgcolor: "rgba(0,0,0,0)", ...legend },
    margin: { l: 46, r: 20, t: 28, b: 26, ...margin }, uniformtext: { minsize: 9, mode: false },
    xaxis: axis(xaxis), yaxis: axis(yaxis), ...rest,
  };
}

// A chart over months: one hover for all its lines.
function monthLayout(extra = {}) {
  const { xaxis, yaxis = {}, margin, ...rest } = extra;
  // labels of known width need no margin that Plotly finds by drawing twice
  const left = 50 + 7 * Math.max(0, CURRENCY_SIGN.length - 1);
  return layout({ hovermode: "x unified", margin: { l: left, ...margin }, xaxis: { type: "date", tickformat: "%b %y", hoverformat: "%B %Y", showgrid: false, automargin: false, ...xaxis }, yaxis: { automargin: Boolean(yaxis.title), ...yaxis }, ...rest });
}

// Months that are not over are hatched.
function hatched(flags) {
  return flags.some(Boolean) ? { shape: flags.map((flag) => (flag ? "/" : "")), size: 5, solidity: 0.35 } : undefined;
}

function line(name, x, y, colour, extra = {}) {
  return { type: "scatter", mode: "lines", name, x, y, line: { color: colour, width: 2.2, shape: "linear", ...extra.line }, connectgaps: false, ...Object.fromEntries(Object.entries(extra).filter(([key]) => key !== "line")) };
}

function heatmap(x, y, z, extra = {}) {
  return {
    type: "heatmap", x, y, z, colorscale: sequential(), xgap: 2, ygap: 2, hoverongaps: false,
    colorbar: { thickness: 8, outlinewidth: 0, tickfont: { size: 10, color: css("--muted") }, len: 0.9 }, ...extra,
  };
}

// The colour that a scale has for a value.
function colourOn(scale, lowest, highest, value) {
  const share = Math.min(1, Math.max(0, (value - lowest) / (highest - lowest || 1)));
  const step = Math.max(1, scale.findIndex(([at]) => at >= share));
  const [[low, from], [high, to]] = [scale[step - 1], scale[step]];
  const mixed = [1, 3, 5].map((at) => {
    const [first, last] = [from, to].map((colour) => parseInt(colour.slice(at, at + 2), 16));
    return Math.round(first + ((share - low) / (high - low)) * (last - first)).toString(16).padStart(2, "0");
  });
  return `#${mixed.join("")}`;
}

// Numbers in the cells of a heat map, each in the colour that can be read on its cell.
function heatTexts(map) {
  const cells = map.z.flatMap((row, index) => row.map((value, column) => ({ value, x: map.x[column], y: map.y[index], text: map.text[index][column] }))).filter(({ value, text }) => value !== null && text);
  const values = map.z.flat().filter((value) => value !== null);
  const ends = map.zmid === undefined ? [map.zmin ?? Math.min(...values), map.zmax ?? Math.max(...values)] : [-1, 1].map((sign) => map.zmid + sign * Math.max(...values.map((value) => Math.abs(value - map.zmid))));
  return { type: "scatter", mode: "text", x: cells.map(({ x }) => x), y: cells.map(({ y }) => y), text: cells.map(({ text }) => text), hoverinfo: "skip", showlegend: false, textfont: { size: 11, ...map.textfont, color: cells.map(({ value }) => onColour(colourOn(map.colorscale, ...ends, value))) } };
}

// ---- pieces of the page: texts go in as text
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  });
  children.flat().forEach((child) => {
    if (child !== null && child !== undefined) element.append(child);
  });
  return element;
}

// columns: {name, label, format, number}; what a row lacks is a dash
function makeTable(columns, rows, rowClass = () => "") {
  const head = make("tr", {}, columns.map((column) => make("th", { class: column.number ? "number" : "", scope: "col" }, column.label)));
  const body = rows.map((row) => make("tr", { class: rowClass(row) }, columns.map((column) => {
    const value = row[column.name];
    const shown = column.format ? column.format(value, row) : value;
    return make("td", { class: column.number ? "number" : "" }, shown === null || shown === undefined ? "–" : shown);
  })));
  return make("div", { class: "scroll" }, make("table", {}, make("thead", {}, head), make("tbody", {}, body)));
}

function sparkline(values, from, to, colour) {
  const known = values.filter((value) => value !== null && Number.isFinite(value));
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 100 34");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  if (known.length < 2) return svg;
  const low = Math.min(0, ...known);
  const high = Math.max(...known);
  const place = (value, index) => `${(index / (values.length - 1)) * 100},${33 - ((value - low) / (high - low || 1)) * 31}`;
  const draw = (start, end, stroke, width) => {
    let path = "";
    for (let index = start; index <= end; index += 1) {
      if (values[index] !== null && Number.isFinite(values[index])) path += `${path && !path.endsWith("M") ? "L" : "M"}${place(values[index], index)}`;
    }
    const element = document.createElementNS("http://www.w3.org/2000/svg", "path");
    Object.entries({ d: path, fill: "none", stroke, "stroke-width": width, "vector-effect": "non-scaling-stroke", "stroke-linejoin": "round" })
      .forEach(([name, value]) => element.setAttribute(name, value));
    svg.append(element);
  };
  draw(0, values.length - 1, css("--line"), 1.5);
  draw(from, to, colour, 2);
  return svg;
}

// A figure of a metric, called and explained as the project defines it.
function metricTile(metric, value, format, change, { measure = metric, drawing = null, more = "" } = {}) {
  const { label, description } = METRICS[metric];
  return make("div", { class: "tile", "data-metric": metric, "data-measure": measure, "data-value": String(value) },
    make("div", { class: "name" }, label), make("div", { class: "figure" }, format(value)),
    typeof change === "string" ? make("div", { class: "change" }, change) : change, drawing, make("p", {}, `${description}${more}`));
}

// ---- downloads
// A spreadsheet runs what begins with one of these.
function csvField(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}
function csvText(columns, rows) {
  return [columns, ...rows].map((row) => row.map(csvField).join(",")).join("\r\n");
}
function download(name, text) {
  const link = make("a", { href: URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
