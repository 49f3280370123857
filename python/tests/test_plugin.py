"""The pytest plugin, in sessions of its own."""
import pytest


def test_the_fixture_is_a_recording(pytester):
    pytester.makepyfile("""
        def test_it(minisim_recording, assert_recovers):
            assert minisim_recording.observed.shape == (40, 128, 128) and minisim_recording.observed.dtype == "uint8"
            truth = minisim_recording.ground_truth
            report = assert_recovers(truth.A_observed, C=truth.C, recall=1, precision=1, trace_corr=0.99)
            assert report.recall == 1
    """)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_marks_parametrise_it(pytester):
    pytester.makepyfile("""
        import pytest, pyminisim as ms

        @pytest.mark.minisim(n_cells=4, n_px=96)
        @pytest.mark.minisim(n_cells=2, n_px=64)
        def test_two(minisim_recording):
            assert minisim_recording.ground_truth.n_units in (2, 4)

        @pytest.mark.minisim(spec=ms.preset("generic_1p", "ca1", duration_s=0.5, size=(64, 64)))
        def test_spec(minisim_recording):
            assert minisim_recording.observed.shape == (10, 64, 64)
    """)
    result = pytester.runpytest_subprocess("-v")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*test_two?n_cells=4,n_px=96? PASSED*", "*test_two?n_cells=2,n_px=64? PASSED*"])


def test_recordings_are_kept_for_the_next_session(pytester):
    pytester.makepyfile("""
        def test_it(minisim_recording):
            assert minisim_recording.observed.sum() > 0
    """)
    pytester.runpytest_subprocess("--minisim-cache", "kept").assert_outcomes(passed=1)
    kept = list((pytester.path / "kept").glob("*.zarr"))
    assert len(kept) == 1
    # The folder's own time says when it was last used.
    before = (kept[0] / "spec.json").stat().st_mtime_ns
    pytester.runpytest_subprocess("--minisim-cache", "kept").assert_outcomes(passed=1)
    assert (kept[0] / "spec.json").stat().st_mtime_ns == before
    # One that is damaged is not believed.
    (kept[0] / "spec.json").write_text("{")
    pytester.runpytest_subprocess("--minisim-cache", "kept").assert_outcomes(passed=1)
    pytester.runpytest_subprocess("--minisim-no-cache").assert_outcomes(passed=1)


def test_a_failure_says_which_cells_were_missed_and_why_and_leaves_a_page(pytester):
    pytester.makepyfile("""
        import pytest

        @pytest.mark.minisim(n_cells=5)
        def test_misses(minisim_recording, assert_recovers):
            assert_recovers(minisim_recording.ground_truth.A_observed[:3], recall=0.8, trace_corr=0.5)
    """)
    result = pytester.runpytest_subprocess("--minisim-reports", "pages")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*recall 0.600, at least 0.8 was asked for", "*trace_corr not known, at least 0.5 was asked for", "*missed cells *likeliest causes:", "*cell 3 *: *(SNR *)", "*cell 4 *: *", "*page: *"])
    pages = list((pytester.path / "pages").glob("*.html"))
    assert len(pages) == 1 and "test_misses" in pages[0].read_text(encoding="utf-8")
