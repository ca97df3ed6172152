// Filters the rows of a table while one types. Without script the field stays hidden and the table shows all rows.
for (const field of document.querySelectorAll("input[data-rows]")) {
  const rows = [...document.getElementById(field.dataset.rows).tBodies[0].rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const said = field.parentElement.querySelector("output");
  field.parentElement.hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    rows.forEach((row, place) => {
      row.hidden = !words.every((word) => texts[place].includes(word));
      n += row.hidden ? 0 : 1;
    });
    said.value = words.length ? `${n} of ${rows.length} rows` : "";
  });
}
