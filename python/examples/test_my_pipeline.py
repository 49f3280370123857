"""A test of a pipeline, with the fixture and the assertion that the package brings: pytest test_my_pipeline.py"""
import numpy as np
import pytest


def my_pipeline(movie):
    """Stands for yours: regions around the brightest spots of the standard deviation over time, and the mean inside them."""
    image = movie.astype(float).std(axis=0)
    footprints, rest = [], image.copy()
    rows, columns = np.indices(image.shape)
    for _ in range(20):
        y, x = np.unravel_index(rest.argmax(), rest.shape)
        if rest[y, x] < 4 * np.median(image):
            break
        spot = np.hypot(rows - y, columns - x) <= 6
        footprints.append(np.where(spot, image, 0))
        rest[np.hypot(rows - y, columns - x) <= 12] = 0
    A = np.array(footprints)
    C = np.array([movie[:, a > 0].mean(axis=1) for a in A])
    return A, C


@pytest.mark.minisim(n_cells=6, duration_s=10)
def test_my_pipeline_finds_well_separated_cells(minisim_recording, assert_recovers):
    A, C = my_pipeline(minisim_recording.observed)
    assert_recovers(A, C=C, recall=0.8, precision=0.8, trace_corr=0.8)
