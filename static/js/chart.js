/* Draws a chart from the table that follows it, so that both always say the same. Without this file the table stands alone.

   <figure class="chart" data-chart="bar|stacked|line" data-chart-columns="2,3" hidden><div class="chart-canvas"></div></figure>
   <table id="…" class="portal-table">…</table>
   `data-chart-table` is the table's id; `data-chart-label` the column of names (from 1), `data-chart-columns` those of the
   numbers; `data-chart-colours` names tokens (done, wait, late, plain) in the same order; `data-chart-limit` how many rows.
   A cell may say its number as `data-value`; "12/20" draws the first. A row with `data-chart-skip` (a sum) is left out. */

const COLOURS = { done: "#2e7d4f", wait: "#3a6ea5", late: "#b96a00", plain: "#8d8478", gold: "#c9a24b" };

const numberIn = (cell) => {
  const text = cell?.dataset.value ?? cell?.textContent ?? "";
  const found = text.replace(/,/g, "").match(/-?\d+(\.\d+)?/);
  return found ? Number(found[0]) : 0;
};

const read = (figure) => {
  const table = document.getElementById(figure.dataset.chartTable);
  if (!table) return null;
  const label = Number(figure.dataset.chartLabel ?? 1) - 1;
  const columns = figure.dataset.chartColumns.split(",").map((place) => Number(place) - 1);
  const heads = table.tHead.rows[table.tHead.rows.length - 1].cells;
  const rows = [...table.tBodies[0].rows]
    .filter((row) => !("chartSkip" in row.dataset))
    .slice(0, Number(figure.dataset.chartLimit ?? 30));
  return {
    names: rows.map((row) => row.cells[label].textContent.trim()),
    series: columns.map((place) => ({
      name: heads[place].textContent.trim(),
      values: rows.map((row) => numberIn(row.cells[place])),
    })),
  };
};

const optionsFor = (figure, data, elder) => {
  const kind = figure.dataset.chart;
  const colours = (figure.dataset.chartColours ?? "done,wait,late,plain").split(",");
  const size = elder ? 18 : 13;
  const names = { type: "category", data: data.names, axisLabel: { fontSize: size, color: "#1e1b18", hideOverlap: true } };
  const numbers = { type: "value", axisLabel: { fontSize: size, color: "#5b544c" }, minInterval: 1 };
  const lying = kind !== "line" && "chartLying" in figure.dataset;
  if (lying) names.inverse = true;
  return {
    animation: false,
    textStyle: { fontFamily: "inherit" },
    color: colours.map((name) => COLOURS[name] ?? name),
    grid: { left: 8, right: 24, top: 40, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { fontSize: size } },
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
    xAxis: lying ? numbers : names,
    yAxis: lying ? names : numbers,
    series: data.series.map((one) => ({
      name: one.name,
      type: kind === "line" ? "line" : "bar",
      stack: kind === "stacked" ? "all" : undefined,
      barMaxWidth: 28,
      data: one.values,
    })),
  };
};

for (const figure of document.querySelectorAll("[data-chart]")) {
  const data = read(figure);
  if (!data || !data.names.length || !window.echarts) continue;
  figure.hidden = false;
  const canvas = figure.querySelector(".chart-canvas");
  const drawn = window.echarts.init(canvas, null, { renderer: "canvas" });
  drawn.setOption(optionsFor(figure, data, document.documentElement.classList.contains("elder")));
  new ResizeObserver(() => drawn.resize()).observe(canvas);
}
