"""The comparison as a page that needs no other file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from mambo_engine.evaluation.bootstrap import Interval
from mambo_engine.evaluation.copies import LEVEL, Copies
from mambo_engine.evaluation.figures import Figure
from mambo_engine.evaluation.inline_pictures import detail, overview, spectrum_plot
from mambo_engine.evaluation.memorization import Pair
from mambo_engine.evaluation.pictures import PictureSet
from mambo_engine.evaluation.protocol import Comparison
from mambo_engine.evaluation.record import Report

SHOWN = 8
"""Pictures of a kind, and pairs, that the page shows; the first ones, unpicked."""

STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1c2024}
table{border-collapse:collapse;margin:1rem 0}
td,th{padding:.3rem .8rem;text-align:left;border-bottom:1px solid #d5d9de}
td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.row{display:flex;flex-wrap:wrap;gap:6px}
figure{margin:0;font-size:12px}img{display:block;background:#000}.warn{color:#a3260f;font-weight:600}"""


def page(report: Report) -> str:
    """The HTML page."""
    comparison = report.comparison
    plot = spectrum_plot({"generated": comparison.spectra[0], "real": comparison.spectra[1]})
    parts = [
        "<h1>Generated and real mammograms compared</h1>",
        _rows([(str(name), _plain(value)) for name, value in report.subject.items()]),
        "<h2>Figures</h2>",
        _figures(comparison),
        f"<p>Features: {escape(comparison.extractor)}, SHA-256 <code>{comparison.digest}</code>; comparable "
        f"{escape(comparison.comparable)}.</p>",
        *(f"<p>{escape(note)}</p>" for note in comparison.notes),
        _labels(report),
        f"<h2>Power spectrum</h2>{plot}",
        "<h2>Pictures, unpicked</h2>",
        *(_pictures(title, one) for title, one in (("Generated", report.generated), ("Real", report.real))),
        "<h2>Copies of training pictures</h2>",
        _copies(report),
    ]
    head = f'<meta charset="utf-8"><title>Generated and real mammograms compared</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    return str(value)


def _rows(rows: Sequence[tuple[str, str]]) -> str:
    cells = (f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows)
    return f"<table>{''.join(cells)}</table>"


def _figures(comparison: Comparison) -> str:
    heads = ("", "generated", "95 % interval", "generated at the bound's number", "real", "pictures")
    rows = []
    for one in comparison.figures:
        own, equal = one.generated, "" if one.equal is None else f"{one.equal:.3f}"
        real = f"{one.real:.3f}"
        if one.real_interval is not None:
            real += f" ({one.real_interval.low:.3f} to {one.real_interval.high:.3f})"
        cells = (f"{own.estimate:.3f}", f"{own.low:.3f} to {own.high:.3f}", equal, real, _counts(one))
        numbers = "".join(f'<td class="n">{cell}</td>' for cell in cells)
        rows.append(f"<tr><td>{escape(one.title)}</td>{numbers}</tr>")
    head = "".join(f"<th>{escape(title)}</th>" for title in heads)
    told = "For distances and shares, real means real against real, by halves."
    return f"<table><tr>{head}</tr>{''.join(rows)}</table><p>{told}</p>"


def _labels(report: Report) -> str:
    """Labels asked for against labels read; nothing where none were read."""
    if not report.labels:
        return ""
    heads = ("", "read as asked", "kappa", "by chance", "real pictures read right", "kappa")
    rows = []
    for one in report.labels:
        cells = [_agreed(one.generated.accuracy), _agreed(one.generated.kappa), f"{one.generated.chance:.2f}"]
        cells += ["", ""] if one.real is None else [_agreed(one.real.accuracy), _agreed(one.real.kappa)]
        numbers = "".join(f'<td class="n">{cell}</td>' for cell in cells)
        rows.append(f"<tr><td>{escape(one.generated.name)}</td>{numbers}</tr>")
    head = "".join(f"<th>{title}</th>" for title in heads)
    return f"<h2>Labels asked and read</h2><table><tr>{head}</tr>{''.join(rows)}</table>"


def _agreed(interval: Interval) -> str:
    return f"{interval.estimate:.2f} ({interval.low:.2f} to {interval.high:.2f})"


def _counts(figure: Figure) -> str:
    generated, real, *half = figure.pictures
    return f"{generated} and {real}" + "".join(f"; {count} at the bound" for count in half)


def _pictures(title: str, pictures: PictureSet) -> str:
    shown = list(zip(pictures.images[:SHOWN], pictures.names, strict=False))
    small = "".join(_image(overview(image), name) for image, name in shown)
    large = "".join(_image(detail(image), f"{name}, 1:1") for image, name in shown)
    return f'<h3>{title}</h3><div class="row">{small}</div><div class="row">{large}</div>'


def _image(source: str, caption: str) -> str:
    return (
        f'<figure><img src="{source}" alt="{escape(caption)}"><figcaption>{escape(caption)}</figcaption></figure>'
    )


def _copies(report: Report) -> str:
    copies = report.copies
    if copies is None:
        return "<p>Not screened: no training pictures were given.</p>"
    parts = [f'<p class="{"warn" if copies.screen.copies(LEVEL) else ""}">{copies.verdict}</p>']
    for title, space in (("pixels", copies.screen.pixels), ("features", copies.screen.features)):
        flags, count = int(space.flagged.sum()), len(space.flagged)
        parts.append(
            f"<p>By {title}: {flags} of {count} flagged, {space.expected * count:.1f} expected "
            f"(p = {space.p_value:.3f}; {len(space.held_out)} held-out pictures).</p>"
        )
    parts += [_pair(pair, report.generated, copies) for pair in copies.screen.pairs[:SHOWN]]
    return "".join(parts)


def _pair(pair: Pair, generated: PictureSet, copies: Copies) -> str:
    flags = [name for name, on in (("pixels", pair.by_pixels), ("features", pair.by_features)) if on]
    told = f"correlation {pair.correlation:.3f}{', mirrored' if pair.mirrored else ''}"
    told += f"; flagged by {' and '.join(flags)}" if flags else ""
    training = copies.training(pair.training)
    pictures = (
        _image(overview(generated.images[pair.generated]), generated.names[pair.generated]),
        _image(overview(training[:, ::-1] if pair.mirrored else training), copies.names[pair.training]),
    )
    return f'<div class="row">{"".join(pictures)}<p>{told}</p></div>'
