// Draws an area on the map, corner by corner. Without it the corners can be typed into the form.
"use strict";

(() => {
  const map = document.querySelector("[data-map]");
  const field = document.querySelector("input[data-area]");
  if (!map || !field) return;
  const svg = map.querySelector("svg");
  const { latitude, longitude, scale, narrow, most } = map.dataset;
  const box = svg.viewBox.baseVal;
  let corners = [];

  const line = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
  line.setAttribute("fill", "#f6c667");
  line.setAttribute("fill-opacity", "0.4");
  line.setAttribute("stroke", "#9d2a22");
  line.setAttribute("pointer-events", "none");

  function button(words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.addEventListener("click", act);
    map.append(made);
    return made;
  }

  function degrees({ x, y }) {
    const north = Number(latitude) - (y - box.height / 2) / scale;
    const east = Number(longitude) + (x - box.width / 2) / (scale * narrow);
    return `${north.toFixed(6)},${east.toFixed(6)}`;
  }

  function show() {
    line.setAttribute("points", corners.map(({ x, y }) => `${x},${y}`).join(" "));
    field.value = corners.map(degrees).join(";");
    done.disabled = corners.length < 3;
  }

  function add(event) {
    // A link below the pointer is not followed while somebody draws.
    event.preventDefault();
    if (corners.length >= most) return;
    const point = new DOMPoint(event.clientX, event.clientY);
    corners.push(point.matrixTransform(svg.getScreenCTM().inverse()));
    show();
  }

  function begin() {
    corners = [];
    svg.append(line);
    svg.addEventListener("click", add);
    show();
  }

  button("Draw an area", begin);
  const done = button("Search in it", () => field.form.requestSubmit());
  done.disabled = true;
})();
