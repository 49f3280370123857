"""Fixtures and assertions for the tests of a pipeline. Installed with the package; nothing to import:

    @pytest.mark.minisim(n_cells=12, motion=True)
    def test_my_pipeline(minisim_recording, assert_recovers):
        A, C = my_pipeline(minisim_recording.observed)
        assert_recovers(A, C=C, recall=0.8, precision=0.9)
"""
import os
import re

import pytest


def pytest_addoption(parser):
    group = parser.getgroup("minisim")
    group.addoption("--minisim-reports", metavar="FOLDER", default=None, help="where assert_recovers leaves its pages (default: minisim-reports)")
    group.addoption("--minisim-cache", metavar="FOLDER", default=None, help="keep the recordings of minisim_recording in FOLDER for the next session (default: the cache of pytest)")
    group.addoption("--minisim-no-cache", action="store_true", help="simulate every recording anew")


def pytest_configure(config):
    config.addinivalue_line("markers", "minisim(**arguments): arguments of pyminisim.testing.make_recording, or spec=Spec, for the fixture minisim_recording; "
                                       "several marks make several tests")


def pytest_generate_tests(metafunc):
    if "minisim_recording" not in metafunc.fixturenames:
        return
    marks = list(metafunc.definition.iter_markers("minisim"))
    if len(marks) > 1:
        metafunc.parametrize("minisim_recording", [m.kwargs for m in reversed(marks)], indirect=True,
                             ids=[",".join("%s=%s" % (k, v if isinstance(v, (int, float, str, bool)) else type(v).__name__) for k, v in m.kwargs.items()) or "default" for m in reversed(marks)])


@pytest.fixture(scope="session")
def _minisim_recordings():
    return {}


def _folder(config):
    if config.getoption("--minisim-no-cache"):
        return None
    chosen = config.getoption("--minisim-cache")
    if chosen:
        return chosen
    cache = getattr(config, "cache", None)
    return None if cache is None else str(cache.mkdir("minisim"))


@pytest.fixture
def minisim_recording(request, _minisim_recordings):
    """A recording with its truth: that of ``pyminisim.testing.make_recording()``, or as ``@pytest.mark.minisim(...)`` says. Made once a session, and kept
    on disk for the next one."""
    from pyminisim import simulate
    from pyminisim.studies import simulate_cached
    from pyminisim.testing import make_spec

    arguments = getattr(request, "param", None)
    if arguments is None:
        mark = request.node.get_closest_marker("minisim")
        arguments = mark.kwargs if mark else {}
    if "spec" in arguments:
        if len(arguments) > 1:
            raise pytest.UsageError("mark minisim: give a spec, or arguments of make_recording, not both")
        spec = arguments["spec"]
    else:
        spec = make_spec(**arguments)
    key = spec.cache_key()
    if key not in _minisim_recordings:
        folder = _folder(request.config)
        recording = None
        if folder is not None:
            try:
                recording = simulate_cached(spec, root=folder, progress=False)
                recording.observed  # a file that is damaged says so here
            except OSError:
                recording = None
        _minisim_recordings[key] = recording if recording is not None else simulate(spec, progress=False)
    return _minisim_recordings[key]


@pytest.fixture
def assert_recovers(request):
    """A function that scores an estimate against ``minisim_recording`` (or ``recording=``) and fails where a bound is missed, saying which cells were
    missed and why, and leaving a page to look at.

    ``assert_recovers(estimate, recall=0.8, precision=…, f1=…, mean_overlap=…, trace_corr=…, activity_corr=…, shift_rmse=…)`` with an Estimate or
    footprints and ``C=``, ``S=``, ``shifts=``; further arguments are those of ``score``. Bounds are the least that will do; for ``shift_rmse`` the most.
    """

    def check(estimate, *, recording=None, C=None, S=None, shifts=None, recall=None, precision=None, f1=None, mean_overlap=None, trace_corr=None,
              activity_corr=None, shift_rmse=None, **conventions):
        __tracebackhide__ = True
        from pyminisim.testing import Estimate, score

        if recording is None:
            recording = request.getfixturevalue("minisim_recording")
        if not isinstance(estimate, Estimate):
            estimate = Estimate(estimate, C, S, shifts)
        report = score(estimate, recording, **conventions)
        least = {"recall": recall, "precision": precision, "f1": f1, "mean_overlap": mean_overlap, "trace_corr": trace_corr, "activity_corr": activity_corr}
        # A score that could not be computed meets no bound.
        failed = ["%s %s, at least %g was asked for" % (n, _shown(getattr(report, n)), bound) for n, bound in least.items() if bound is not None and not getattr(report, n) >= bound]
        if shift_rmse is not None and not (report.shift_rmse is not None and report.shift_rmse <= shift_rmse):
            failed.append("shift_rmse %s px, at most %g was asked for" % (_shown(report.shift_rmse), shift_rmse))
        if failed:
            pytest.fail("\n".join([*failed, "", report.summary(), "", *_missed(report), *_page(request, report)]), pytrace=False)
        return report

    return check


def _shown(value):
    return "not known" if value is None or value != value else "%.3f" % value


def _missed(report, most=20):
    try:
        missed = report.missed
    except ValueError:
        return []
    if not missed:
        return []
    lines = ["missed cells (by cosine, as on the page), with the likeliest causes:"]
    for cell in missed[:most]:
        facts = ["SNR %.1f" % cell["snr"]] if cell["snr"] is not None else []
        facts.append("%.0f µm deep" % cell["depth_um"])
        if cell["neighbour_distance_um"] is not None:
            facts.append("neighbour at %.0f µm" % cell["neighbour_distance_um"])
        if cell["firing_rate_hz"] is not None:
            facts.append("%.2f spikes/s" % cell["firing_rate_hz"])
        causes = "; ".join(cause["text"] for cause in cell["causes"][:2]) or "nothing that was measured tells it from the cells found"
        lines.append("  cell %d %s: %s (%s)" % (cell["unit"], cell["verdict"].replace("_", " "), causes, ", ".join(facts)))
    if len(missed) > most:
        lines.append("  … and %d more" % (len(missed) - most))
    return lines


def _page(request, report):
    folder = request.config.getoption("--minisim-reports") or os.path.join(str(request.config.rootpath), "minisim-reports")
    name = re.sub(r"[^\w.=,-]+", "_", request.node.nodeid).strip("_")[-120:] + ".html"
    try:
        os.makedirs(folder, exist_ok=True)
        return ["", "page: %s" % report.to_html(os.path.join(folder, name), title=request.node.nodeid)]
    except (OSError, ValueError) as e:
        return ["", "no page: %s" % e]
