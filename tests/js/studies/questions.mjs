/** The questions of the paper's protocol, as the reading API sends them. */
const question = (key, kind, label, options, required = true) => ({ key, kind, label, required, options });
const plain = (values) => values.map((value) => ({ value, label: String(value) }));

export const QUESTIONS = [
  question("origin", "choice", "Is this image real or synthetic?", [
    { value: "real", label: "Real", key: "r" },
    { value: "synthetic", label: "Synthetic", key: "s" },
  ]),
  question("confidence", "scale", "How sure are you?", [1, 2, 3].map((n) => ({ value: n, label: `${n}`, key: `${n}` }))),
  question("birads", "choice", "BI-RADS", plain(["0", "1", "2", "3", "4", "5"])),
  question("density", "choice", "Density", plain(["a", "b", "c", "d"]), false),
  question("marks", "marks", "Findings", [
    { value: "mass", label: "Mass", key: "t", shapes: ["ellipse", "point"] },
    { value: "calcification", label: "Calcification", key: "c", shapes: ["ellipse", "point"] },
  ], false),
];
