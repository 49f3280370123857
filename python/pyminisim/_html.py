"""How things look in a notebook."""
import base64
from html import escape

_TABLE = '<table style="border-collapse:collapse;font-size:13px">%s</table>'
_ROW = '<tr><td style="text-align:left;padding:1px 12px 1px 0;color:#666">%s</td><td style="text-align:left;padding:1px 0">%s</td></tr>'


def _table(rows):
    return _TABLE % "".join(_ROW % (escape(str(k)), v) for k, v in rows)


def record(value):
    rows = []
    for name, field in value._fields.items():
        shown = repr(getattr(value, name))
        rows.append((name, escape(shown if len(shown) < 100 else shown[:99] + "…") + (" " + escape(field.unit) if field.unit else "")))
    return "<b>%s</b>%s" % (escape(type(value).__name__), _table(rows))


def spec(value):
    about = value.describe()
    rows = [("recording", "%d frames of %d × %d px, %s" % (about["frames"], about["height"], about["width"], about["dtype"])),
            ("time", "%g s at %g fps" % (about["duration_s"], about["fps"])),
            ("field of view", "%.1f × %.1f µm, %.3g µm/px" % (about["fov_height_um"], about["fov_width_um"], about["pixel_size_um"])),
            ("cells", "about %d on the canvas" % about["cells"]),
            ("chain", escape(" → ".join(about["steps"]) or "none")),
            ("seed", str(about["seed"])), ("cache key", about["cache_key"])]
    steps = "".join("<details><summary>%s</summary>%s</details>" % (escape(s.kind), record(s)) for s in value.steps if s._fields)
    return "<b>Spec</b>%s%s" % (_table(rows), steps)


def recording(value):
    picture = ""
    if value.until is None and value.spec is not None and value.shape[0]:
        png = base64.b64encode(value.preview(title="Recording")).decode("ascii")
        picture = '<img style="max-width:100%%" alt="A frame, the cells, traces, motion, counts and depths" src="data:image/png;base64,%s">' % png
    return "<div>%s</div>%s" % (escape(repr(value)), picture)


def truth(value):
    rows = [(name, escape("%s %s%s. %s" % (a.shape, a.dtype, " in " + a.unit if getattr(a, "unit", None) else "", getattr(a, "description", "")))) for name, a in ((n, value[n]) for n in value.names)]
    detectable = int(sum(value.detectable))
    return "<b>GroundTruth</b>: %d cells in view, %d detectable%s" % (value.n_units, detectable, _table(rows))
