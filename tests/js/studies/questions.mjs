/** The questions of the paper's protocol, as the reading API sends them. */
const choices = (values, labels = values.map(String)) => values.map((value, i) => ({ value, label: labels[i] }));

export const QUESTIONS = [
  { key: "origin", label: "Is this image…", required: true, options: choices(["real", "synthetic"], ["Real", "Synthetic"]) },
  { key: "confidence", label: "How sure are you?", required: true, options: choices([1, 2, 3]) },
  { key: "birads", label: "BI-RADS", required: true, options: choices(["0", "1", "2", "3", "4", "5"]) },
  { key: "density", label: "Density", required: false, options: choices(["a", "b", "c", "d"]) },
];
