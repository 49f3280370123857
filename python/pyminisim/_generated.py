# Generated from the C# records by `dotnet run --project src/Minisim.Bindings`; do not edit.
from ._records import Field as F, Record, Step

_INF = float("inf")


class NeuronPopulation(Record):
    """One population of neurons: how many, where, how they look.

    Parameters
    ----------
    density_per_mm3 : float in 1/mm³, default 25000.0
        Cells per mm³. Must be > 0.
    soma_radius_um : float in µm, default 7.0
        Soma radius, µm. Must be > 0.
    irregularity : float, default 0.3
        Relative unevenness of the soma's outline; 0 = a disk. Must be in [0, 1].
    morphology : str, default "soma"
        Which part of a cell carries the indicator. Must be "soma" or "cytosolic".
    dendrite_length_um : float in µm, default 24.0
        Nominal length of a primary dendrite, µm. Must be > 0.
    dendrite_width_um : float in µm, default 3.0
        Width of a primary dendrite at the soma, µm. Must be > 0.
    depth_range_um : (min, max) in µm, default [0.0, 200.0]
        Depth range of the centres, µm. Must be in [0, 20000].
    min_distance_um : float in µm, default 0.0
        Least 3-D distance between centres inside the population, µm. Must be ≥ 0.
    soma_radius_cv : float, default 0.0
        Spread of the soma radius over cells, coefficient of variation (lognormal, mean kept). Must be in [0,
        0.5].
    nucleus_radius_fraction : float, default 0.0
        Radius of the nucleus in soma radii, ρ; 0 = a flat disk without one. Above 0 a soma shines as a shell
        does from above, brightest at the rim of the nucleus. Must be in [0, 0.95].
    nucleus_brightness : float, default 0.0
        Brightness of the nucleus, in that of the cytosol, β. With a nucleus, 1 − β must exceed its radius
        fraction. Must be in [0, 1].
    filled_nucleus_fraction : float, default 0.0
        Share of the cells whose nucleus is filled with indicator: no dark centre, twice as bright, ΔF/F ×
        0.3, decay × 2. Must be in [0, 1].
    positions_um : list of (z, y, x) in µm, default None
        Exact centres (z, y, x), µm, instead of random ones; null = random.
    role : str, default "cell"
        Whether its cells can be found, or are background only. Must be "cell" or "background".
    """
    _fields = {
        "density_per_mm3": F("number", 25000.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="1/mm³", remedy='The default is 25000.0 1/mm³.'),
        "soma_radius_um": F("number", 7.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 7.0 µm.'),
        "irregularity": F("number", 0.3, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.3.'),
        "morphology": F("text", "soma", choices=("soma", "cytosolic",), remedy='The default is "soma".'),
        "dendrite_length_um": F("number", 24.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 24.0 µm.'),
        "dendrite_width_um": F("number", 3.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 3.0 µm.'),
        "depth_range_um": F("tuple", (0.0, 200.0), components=("min", "max",), low=0, high=20000, rule="must be in [0, 20000].", unit="µm", remedy='The default is [0.0, 200.0] µm.'),
        "min_distance_um": F("number", 0.0, low=0, high=_INF, rule="must be ≥ 0.", unit="µm", remedy='The default is 0.0 µm.'),
        "soma_radius_cv": F("number", 0.0, extension=True, low=0, high=0.5, rule="must be in [0, 0.5].", remedy='The default is 0.0.'),
        "nucleus_radius_fraction": F("number", 0.0, extension=True, low=0, high=0.95, rule="must be in [0, 0.95].", remedy='The default is 0.0.'),
        "nucleus_brightness": F("number", 0.0, extension=True, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.0.'),
        "filled_nucleus_fraction": F("number", 0.0, extension=True, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.0.'),
        "positions_um": F("list", None, element="tuple", components=("z", "y", "x",), nullable=True, unit="µm", remedy='The default is null.'),
        "role": F("text", "cell", extension=True, choices=("cell", "background",), remedy='The default is "cell".'),
    }


class PlaceNeurons(Step):
    """Places neurons in tissue: one population on the step itself, or several in Populations.

    Parameters
    ----------
    density_per_mm3 : float in 1/mm³, default 25000.0
        Cells per mm³. Must be > 0.
    soma_radius_um : float in µm, default 7.0
        Soma radius, µm. Must be > 0.
    irregularity : float, default 0.3
        Relative unevenness of the soma's outline; 0 = a disk. Must be in [0, 1].
    morphology : str, default "soma"
        Which part of a cell carries the indicator. Must be "soma" or "cytosolic".
    dendrite_length_um : float in µm, default 24.0
        Nominal length of a primary dendrite, µm. Must be > 0.
    dendrite_width_um : float in µm, default 3.0
        Width of a primary dendrite at the soma, µm. Must be > 0.
    depth_range_um : (min, max) in µm, default [0.0, 200.0]
        Depth range of the centres, µm. Must be in [0, 20000].
    min_distance_um : float in µm, default 0.0
        Least 3-D distance between centres inside the population, µm. Must be ≥ 0.
    soma_radius_cv : float, default 0.0
        Spread of the soma radius over cells, coefficient of variation (lognormal, mean kept). Must be in [0,
        0.5].
    nucleus_radius_fraction : float, default 0.0
        Radius of the nucleus in soma radii, ρ; 0 = a flat disk without one. Above 0 a soma shines as a shell
        does from above, brightest at the rim of the nucleus. Must be in [0, 0.95].
    nucleus_brightness : float, default 0.0
        Brightness of the nucleus, in that of the cytosol, β. With a nucleus, 1 − β must exceed its radius
        fraction. Must be in [0, 1].
    filled_nucleus_fraction : float, default 0.0
        Share of the cells whose nucleus is filled with indicator: no dark centre, twice as bright, ΔF/F ×
        0.3, decay × 2. Must be in [0, 1].
    positions_um : list of (z, y, x) in µm, default None
        Exact centres (z, y, x), µm, instead of random ones; null = random.
    populations : list of NeuronPopulation, default None
        Several populations; null = the one described by the step's own fields.
    """

    kind = "place_neurons"
    _fields = {
        "density_per_mm3": F("number", 25000.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="1/mm³", remedy='The default is 25000.0 1/mm³.'),
        "soma_radius_um": F("number", 7.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 7.0 µm.'),
        "irregularity": F("number", 0.3, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.3.'),
        "morphology": F("text", "soma", choices=("soma", "cytosolic",), remedy='The default is "soma".'),
        "dendrite_length_um": F("number", 24.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 24.0 µm.'),
        "dendrite_width_um": F("number", 3.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 3.0 µm.'),
        "depth_range_um": F("tuple", (0.0, 200.0), components=("min", "max",), low=0, high=20000, rule="must be in [0, 20000].", unit="µm", remedy='The default is [0.0, 200.0] µm.'),
        "min_distance_um": F("number", 0.0, low=0, high=_INF, rule="must be ≥ 0.", unit="µm", remedy='The default is 0.0 µm.'),
        "soma_radius_cv": F("number", 0.0, extension=True, low=0, high=0.5, rule="must be in [0, 0.5].", remedy='The default is 0.0.'),
        "nucleus_radius_fraction": F("number", 0.0, extension=True, low=0, high=0.95, rule="must be in [0, 0.95].", remedy='The default is 0.0.'),
        "nucleus_brightness": F("number", 0.0, extension=True, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.0.'),
        "filled_nucleus_fraction": F("number", 0.0, extension=True, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.0.'),
        "positions_um": F("list", None, element="tuple", components=("z", "y", "x",), nullable=True, unit="µm", remedy='The default is null.'),
        "populations": F("list", None, record="NeuronPopulation", element="record", nullable=True, remedy='The default is null.'),
    }


class Behavior(Step):
    """What the animal does: it runs along a track, explores a field, or follows a recorded path. Cells, brain motion, neuropil and blood can follow it.

    Simulated at 50 Hz whatever the frame rate, so that the same animal is seen at any. Before the start it
    stands where it starts. Speeds and times without a source are choices; the open field's are those that
    RatInABox fitted to rats.

    Parameters
    ----------
    arena : str, default "linear"
        Where it moves. Must be "linear", "open_field" or "file".
    length_m : float in m, default 1.0
        Length of the track or field, m. Must be in (0, 1000].
    width_m : float in m, default 0.5
        Width of the field, m. Must be in (0, 1000].
    lap_speed_m_s : float in m/s, default 0.2
        Mean speed of a lap away from the ends of the track, m/s. Must be in (0, 10].
    lap_speed_cv : float, default 0.25
        Coefficient of variation of that speed from lap to lap (lognormal); 0 also stills the wander within a
        lap. Must be in [0, 2].
    reward_pause_s : float in s, default 3.0
        Mean pause at the ends of the track, s: 0.5 s and an exponential time. Must be in [0, 3600].
    speed_sigma_m_s : float in m/s, default 0.08
        Scale of the speed in the open field, m/s: the speed is Rayleigh-distributed with mean σ·√(π/2). Must
        be in (0, 10].
    speed_tau_s : float in s, default 0.7
        Time constant of the speed, s. Must be in (0, 3600].
    turn_std_deg_s : float in °/s, default 120.0
        Standard deviation of the turning rate, °/s. Must be in [0, 3600].
    turn_tau_s : float in s, default 0.08
        Time constant of the turning rate, s. Must be in (0, 3600].
    rest_dwell_s : float in s, default 4.0
        Mean time at rest in the open field, s; 0 = it never rests. Must be in [0, 3600].
    move_dwell_s : float in s, default 8.0
        Mean time of movement in the open field, s. Must be in (0, 3600].
    path : str, default None
        Recorded path of the arena "file": a CSV file with the columns t_s, x_m, y_m and, if known,
        heading_rad; null in the other arenas.
    extent_m : list of values in m, default None
        Extent of the arena "file": left, bottom, right, top, m; place fields lie in it. Null = that of the
        whole path in the file, also of what lies after the end of the recording.
    kept : str, default None
        The path itself, kept by a recording: base64 of x, y (m) and heading (rad) as 32-bit floats every 20
        ms.
    locomotion_threshold_m_s : float in m/s, default 0.02
        Speed below which the animal counts as at rest in analyses, m/s. Must be in [0, 10].
    """

    kind = "behavior"
    _fields = {
        "arena": F("text", "linear", choices=("linear", "open_field", "file",), remedy='The default is "linear".'),
        "length_m": F("number", 1.0, low=0, high=1000, low_open=True, rule="must be in (0, 1000].", unit="m", remedy='The default is 1.0 m.'),
        "width_m": F("number", 0.5, low=0, high=1000, low_open=True, rule="must be in (0, 1000].", unit="m", remedy='The default is 0.5 m.'),
        "lap_speed_m_s": F("number", 0.2, low=0, high=10, low_open=True, rule="must be in (0, 10].", unit="m/s", remedy='The default is 0.2 m/s.'),
        "lap_speed_cv": F("number", 0.25, low=0, high=2, rule="must be in [0, 2].", remedy='The default is 0.25.'),
        "reward_pause_s": F("number", 3.0, low=0, high=3600, rule="must be in [0, 3600].", unit="s", remedy='The default is 3.0 s.'),
        "speed_sigma_m_s": F("number", 0.08, low=0, high=10, low_open=True, rule="must be in (0, 10].", unit="m/s", remedy='The default is 0.08 m/s.'),
        "speed_tau_s": F("number", 0.7, low=0, high=3600, low_open=True, rule="must be in (0, 3600].", unit="s", remedy='The default is 0.7 s.'),
        "turn_std_deg_s": F("number", 120.0, low=0, high=3600, rule="must be in [0, 3600].", unit="°/s", remedy='The default is 120.0 °/s.'),
        "turn_tau_s": F("number", 0.08, low=0, high=3600, low_open=True, rule="must be in (0, 3600].", unit="s", remedy='The default is 0.08 s.'),
        "rest_dwell_s": F("number", 4.0, low=0, high=3600, rule="must be in [0, 3600].", unit="s", remedy='The default is 4.0 s.'),
        "move_dwell_s": F("number", 8.0, low=0, high=3600, low_open=True, rule="must be in (0, 3600].", unit="s", remedy='The default is 8.0 s.'),
        "path": F("text", None, nullable=True, remedy='The default is null.'),
        "extent_m": F("list", None, element="number", nullable=True, extension=True, unit="m", remedy='The default is null.'),
        "kept": F("text", None, nullable=True, extension=True, remedy='The default is null.'),
        "locomotion_threshold_m_s": F("number", 0.02, low=0, high=10, rule="must be in [0, 10].", unit="m/s", remedy='The default is 0.02 m/s.'),
    }


class SpikeFile(Record):
    """Spikes of your own, instead of simulated ones: a file, or what a recording has kept of one.

    Unit k (from 0) is the k-th placed cell. The times of a unit ascend. Times outside of the recording and of
    the past that its first frame remembers are left out, with a warning; of two spikes in one bin of
    1/spike_sim_hz the later moves to the next free one. A recording keeps the name and the SHA-256 of the
    file and the spikes that it used, so that its spec can be simulated again without the file.

    Parameters
    ----------
    path : str, default None
        The file; a relative path counts from the folder of the spec file, or else from the working folder.
    format : str, default None
        What the file is; null = by its ending: .csv, .npy or .npz. Must be "csv", "npy" or "nwb_arrays".
    sha256 : str, default None
        SHA-256 of the file, 64 hex digits. Where it is given, the file must have it.
    kept_hz : float in Hz, default None
        Bins per second of the spikes that are kept here, Hz. Must be in (0, 1000000].
    kept : str, default None
        The spikes themselves, kept by a recording: base64 of numbers in 7-bit groups; the units, then of each
        the number of its spikes and the distances of their bins.
    """
    _fields = {
        "path": F("text", None, nullable=True, remedy='The default is null.'),
        "format": F("text", None, nullable=True, extension=True, choices=("csv", "npy", "nwb_arrays",), remedy='The default is null.'),
        "sha256": F("text", None, nullable=True, extension=True, remedy='The default is null.'),
        "kept_hz": F("number", None, nullable=True, extension=True, low=0, high=1000000, low_open=True, rule="must be in (0, 1000000].", unit="Hz", remedy='The default is null.'),
        "kept": F("text", None, nullable=True, extension=True, remedy='The default is null.'),
    }


class Tuning(Record):
    """What the cells have to do with the animal: place, speed and head-direction cells, theta, assemblies and ripples. Needs the step behavior and the process "poisson" or "bursty".

    Shares and probabilities are of the cells that fire: cells of silent_fraction have no class, no assembly
    and no ripple, so that the share of all cells is (1 − silent_fraction) times as large. Who counts place
    cells in recordings counts among cells that were seen to fire. A cell is of one class at most; the others
    fire at their mean rate. Sources: F6 BioNumbers 112031, F7 Mizuseki 2013, F11 Wirtshafter and Disterhoft
    2022; numbers without one are choices.

    Parameters
    ----------
    place_fraction : float, default 0.3
        Share of the cells that fire that are place cells: 0.2–0.4 in one-photon recordings of mouse CA1 (Ziv
        2013, Rubin 2015). Must be in [0, 1].
    place_sigma_m : float in m, default 0.08
        Width of a place field, Gaussian σ in m; it ends at 3σ. Must be in (0, 100].
    place_peak_hz : float in Hz, default 8.0
        Mean over place cells of the rate in the middle of their field, Hz (lognormal, ln-sd 0.5): 5–20 Hz in
        activity (F6), skewed (F7). Must be in (0, 100].
    place_out_hz : float in Hz, default 0.1
        Rate of a place cell outside of its field, Hz. Must be in (0, 100].
    directional_fraction : float, default 0.7
        Share of the place cells of a linear track whose field is there in one direction only; in other arenas
        no field has a direction. Must be in [0, 1].
    pass_reliability : float, default 0.7
        Probability that a traversal of the field is active at all: overdispersion. It begins where the animal
        comes within 3σ, and on a track also where it turns; on a silent one the cell fires at place_out_hz
        from end to end. Must be in [0, 1].
    rest_gain : float, default 0.2
        Factor on the rates of place and speed cells at rest, linear in the locomotion up to 1: calcium events
        cluster in movement (F11). Must be in [0, 1].
    remap_times_s : list of values in s, default empty
        Times at which place cells remap, s, ascending. Must be ≥ 0.
    remap_fraction : float, default 0.8
        Share of the place cells that draw centre, direction and peak anew at each of these times. Must be in
        [0, 1].
    speed_fraction : float, default 0.05
        Share of the cells that fire that are speed cells. Must be in [0, 1].
    speed_gain : float, default 2.0
        How steeply they follow the speed: m·(1 + gain·v/v̄)/(1 + gain), v̄ the mean speed of the animal over
        600 s, or over a path from a file: a longer recording begins as a shorter one does. Must be in (0,
        100].
    head_direction_fraction : float, default 0.0
        Share of the cells that fire that are head-direction cells. Must be in [0, 1].
    hd_kappa : float, default 4.0
        How sharp these are: m·e^(κ·cos(θ − θ_i))/I0(κ). Must be in (0, 100].
    theta_depth : float, default 0.0
        Depth of theta: all rates times 1 + depth·cos(2πft − φ_i) while the locomotion is above 0.5. Must be
        in [0, 1].
    theta_hz : float in Hz, default 8.0
        Frequency of theta, Hz. Must be in (0, 100].
    assemblies : int, default 0
        Number of cell assemblies. Must be in [0, 128].
    assembly_fraction : float, default 0.1
        Probability with which a cell that fires is in an assembly. Must be in [0, 1].
    assembly_rate_hz : float in Hz, default 0.1
        Rate at which an assembly fires together, Hz. Must be in (0, 20].
    assembly_p : float, default 0.5
        Probability that a member then fires, once; its own rate is lowered so that its mean rate stays, as
        far as that is as high as that of its assemblies. Must be in [0, 1].
    assembly_jitter_s : float in s, default 0.03
        Jitter of the members around the event, Gaussian σ in s. Must be in [0, 10].
    ripple_rate_hz : float in Hz, default 0.0
        Rate of ripples while the animal rests (locomotion below 0.1), Hz; 0.1–0.5 awake. Must be in [0, 20].
    ripple_participation : float, default 0.15
        Mean share, of the cells that fire at all, that fire in a ripple: 10–18 % of pyramidal cells (eLife
        96718); from cell to cell lognormal, ln-sd 0.5. Must be in [0, 1].
    ripple_duration_s : float in s, default 0.08
        Length of a ripple, s; a cell that takes part fires 1 + Poisson(0.5) spikes in it. Must be in (0, 10].
    """
    _fields = {
        "place_fraction": F("number", 0.3, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.3.'),
        "place_sigma_m": F("number", 0.08, low=0, high=100, low_open=True, rule="must be in (0, 100].", unit="m", remedy='The default is 0.08 m.'),
        "place_peak_hz": F("number", 8.0, low=0, high=100, low_open=True, rule="must be in (0, 100].", unit="Hz", remedy='The default is 8.0 Hz.'),
        "place_out_hz": F("number", 0.1, low=0, high=100, low_open=True, rule="must be in (0, 100].", unit="Hz", remedy='The default is 0.1 Hz.'),
        "directional_fraction": F("number", 0.7, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.7.'),
        "pass_reliability": F("number", 0.7, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.7.'),
        "rest_gain": F("number", 0.2, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.2.'),
        "remap_times_s": F("list", (), element="number", low=0, high=_INF, rule="must be ≥ 0.", unit="s"),
        "remap_fraction": F("number", 0.8, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.8.'),
        "speed_fraction": F("number", 0.05, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.05.'),
        "speed_gain": F("number", 2.0, low=0, high=100, low_open=True, rule="must be in (0, 100].", remedy='The default is 2.0.'),
        "head_direction_fraction": F("number", 0.0, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.0.'),
        "hd_kappa": F("number", 4.0, low=0, high=100, low_open=True, rule="must be in (0, 100].", remedy='The default is 4.0.'),
        "theta_depth": F("number", 0.0, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.0.'),
        "theta_hz": F("number", 8.0, low=0, high=100, low_open=True, rule="must be in (0, 100].", unit="Hz", remedy='The default is 8.0 Hz.'),
        "assemblies": F("integer", 0, low=0, high=128, rule="must be in [0, 128].", remedy='The default is 0.'),
        "assembly_fraction": F("number", 0.1, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.1.'),
        "assembly_rate_hz": F("number", 0.1, low=0, high=20, low_open=True, rule="must be in (0, 20].", unit="Hz", remedy='The default is 0.1 Hz.'),
        "assembly_p": F("number", 0.5, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.5.'),
        "assembly_jitter_s": F("number", 0.03, low=0, high=10, rule="must be in [0, 10].", unit="s", remedy='The default is 0.03 s.'),
        "ripple_rate_hz": F("number", 0.0, low=0, high=20, rule="must be in [0, 20].", unit="Hz", remedy='The default is 0.0 Hz.'),
        "ripple_participation": F("number", 0.15, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.15.'),
        "ripple_duration_s": F("number", 0.08, low=0, high=10, low_open=True, rule="must be in (0, 10].", unit="s", remedy='The default is 0.08 s.'),
    }


class Indicator(Record):
    """A calcium indicator: a name, or numbers of your own.

    In a spec a name alone is written as a text, "indicator": "GCaMP6f". Numbers of your own are either all
    parameters (tau_rise_s, tau_decay_s, hill_n, half_saturation_ap, offset_ap, dff_1ap, and tau_slow_s with
    slow_fraction for a second decay), or figures as papers give them (dff_1ap, time_to_peak_s, half_decay_s),
    from which the time constants are solved.

    Parameters
    ----------
    name : str, default None
        A known indicator. Must be "GCaMP6s", "GCaMP6m", "GCaMP6f", "jGCaMP7f", "jGCaMP7s", "jGCaMP7c",
        "jGCaMP7b", "jGCaMP8f", "jGCaMP8m", "jGCaMP8s", "XCaMP-Gf", "XCaMP-G", "jRGECO1a" or "jRCaMP1b".
    tau_rise_s : float in s, default None
        Parameters: rise time constant τr of the calcium of a spike, s. Must be in (0, 1000].
    tau_decay_s : float in s, default None
        Parameters: decay time constant τd, s. Must be in (0, 1000].
    tau_slow_s : float in s, default None
        Parameters: time constant τs of a second, slower decay, s. Must be in (0, 1000].
    slow_fraction : float, default None
        Parameters: share ρ of the slower decay. Must be in [0, 1].
    hill_n : float, default None
        Exponent n of the map from calcium to fluorescence, per spike in a cell (not that of the purified
        protein). With figures of a paper 2 if absent. Must be in [0.2, 10].
    half_saturation_ap : float, default None
        Half-saturating calcium κ, in spikes. With figures of a paper 10 if absent. Must be in [0.5, 500].
    offset_ap : float, default None
        Calcium at rest x0, in spikes. With figures of a paper 0.6 if absent. Must be in [0, 100].
    dff_1ap : float, default None
        ΔF/F at the peak after one spike from rest. Must be in (0, 1000].
    time_to_peak_s : float in s, default None
        Figures of a paper: time from a spike to the peak, s. Must be in (0, 1000].
    half_decay_s : float in s, default None
        Figures of a paper: time from the peak to half of it, s; at least about 1.5 times the time to peak.
        Must be in (0, 1000].
    dff_10ap : float, default None
        Figures of a paper: ΔF/F after 10 spikes at 50 Hz, instead of half_saturation_ap. Must be in (0,
        10000].
    relative_f0 : float, default 1.0
        Brightness at rest, relative to GCaMP6s. Must be in (0, 1000].
    """
    _shorthand = "name"
    _fields = {
        "name": F("text", None, nullable=True, extension=True, choices=("GCaMP6s", "GCaMP6m", "GCaMP6f", "jGCaMP7f", "jGCaMP7s", "jGCaMP7c", "jGCaMP7b", "jGCaMP8f", "jGCaMP8m", "jGCaMP8s", "XCaMP-Gf", "XCaMP-G", "jRGECO1a", "jRCaMP1b",), remedy='The default is null.'),
        "tau_rise_s": F("number", None, nullable=True, extension=True, low=0, high=1000, low_open=True, rule="must be in (0, 1000].", unit="s", remedy='The default is null.'),
        "tau_decay_s": F("number", None, nullable=True, extension=True, low=0, high=1000, low_open=True, rule="must be in (0, 1000].", unit="s", remedy='The default is null.'),
        "tau_slow_s": F("number", None, nullable=True, extension=True, low=0, high=1000, low_open=True, rule="must be in (0, 1000].", unit="s", remedy='The default is null.'),
        "slow_fraction": F("number", None, nullable=True, extension=True, low=0, high=1, rule="must be in [0, 1].", remedy='The default is null.'),
        "hill_n": F("number", None, nullable=True, extension=True, low=0.2, high=10, rule="must be in [0.2, 10].", remedy='The default is null.'),
        "half_saturation_ap": F("number", None, nullable=True, extension=True, low=0.5, high=500, rule="must be in [0.5, 500].", remedy='The default is null.'),
        "offset_ap": F("number", None, nullable=True, extension=True, low=0, high=100, rule="must be in [0, 100].", remedy='The default is null.'),
        "dff_1ap": F("number", None, nullable=True, extension=True, low=0, high=1000, low_open=True, rule="must be in (0, 1000].", remedy='The default is null.'),
        "time_to_peak_s": F("number", None, nullable=True, extension=True, low=0, high=1000, low_open=True, rule="must be in (0, 1000].", unit="s", remedy='The default is null.'),
        "half_decay_s": F("number", None, nullable=True, extension=True, low=0, high=1000, low_open=True, rule="must be in (0, 1000].", unit="s", remedy='The default is null.'),
        "dff_10ap": F("number", None, nullable=True, extension=True, low=0, high=10000, low_open=True, rule="must be in (0, 10000].", remedy='The default is null.'),
        "relative_f0": F("number", 1.0, extension=True, low=0, high=1000, low_open=True, rule="must be in (0, 1000].", remedy='The default is 1.0.'),
    }


class CellActivity(Step):
    """Spikes and calcium: a two-state gate per cell, spikes on a fine grid, a double-exponential indicator.

    With a process other than "per_frame" gate and spikes have clocks of their own (gate_step_s,
    1/spike_sim_hz), so that a spec has the same spikes at any frame rate. A frame then averages fluorescence
    with each bin's overlap as its weight, and counts the spikes that begin in it.

    Parameters
    ----------
    spike_sim_hz : float in Hz, default 300.0
        Rate of the fine grid on which spikes are drawn, Hz; at most one spike a bin (≈ 3 ms: the refractory
        period). Must be > 0.
    p_quiescent_to_active : float, default 0.005
        Probability per frame to become active. Must be in (0, 1].
    p_active_to_quiescent : float, default 0.3
        Probability per frame to fall quiescent. Must be in (0, 1].
    active_rate_hz : float in Hz, default 150.0
        Spike rate while active, Hz. Must be > 0.
    quiescent_rate_hz : float in Hz, default 0.6
        Spike rate while quiescent, Hz. Must be ≥ 0.
    tau_rise_s : float in s, default 0.05
        Rise time constant of the indicator, s. Must be > 0.
    tau_decay_s : float in s, default 0.5
        Decay time constant of the indicator, s. Must be > 0.
    brightness_cv : float, default 0.3
        Coefficient of variation of brightness across cells (lognormal, mean 1). Must be in [0, 100].
    f0 : float, default 1.0
        Resting fluorescence, in units of the calcium transient of one spike. Must be in [0, 1000000000].
    trace_noise : float, default 0.0
        Standard deviation of noise on the truth trace; 0 keeps the truth clean. Must be in [0, 1000000000].
    process : str, default "per_frame"
        By which law cells fire. "per_frame" is the reference's gate, whose activity depends on the frame
        rate. Must be "per_frame", "gated", "poisson", "regular", "bursty" or "file".
    activation_rate_hz : float in Hz, default 0.11929292898929342
        Gated: rate at which a quiet cell becomes active, Hz. The default is the reference's 0.005 a frame at
        20 fps. Must be in (0, 1000000].
    deactivation_rate_hz : float in Hz, default 7.157575739357605
        Gated: rate at which an active cell falls quiet, Hz. The default is the reference's 0.3 a frame at 20
        fps. Must be in (0, 1000000].
    gate_step_s : float in s, default 0.05
        Gated: the gate's own clock, s; a multiple of 1/spike_sim_hz. Must be in (0, 1000000].
    rate_mean_hz : float in Hz, default None
        Mean rate of the cells that are not silent, Hz; null with "gated" = as the gate gives it. Needed by
        "poisson", "regular" and "bursty". No cell fires faster than 30 Hz. Must be in (0, 20].
    rate_sigma_ln : float, default 0.0
        Spread of the rate over cells: standard deviation of its logarithm; the mean is kept, but for what the
        fastest rate cuts off (above 2 % a spec is warned of). Must be in [0, 3].
    silent_fraction : float, default 0.0
        Share of all cells that never fire. They are still lit. rate_mean_hz is of the others, and so are the
        shares of tuning. Must be in [0, 1].
    refractory_s : float in s, default 0.0
        Poisson: absolute refractory period, s; one bin of 1/spike_sim_hz is dead in any case. The mean rate
        is kept. A spike of an assembly or a ripple that would fall into it moves to its end. Must be in [0,
        0.05].
    regular_order : int, default 4
        Regular: order k of the gamma law of the intervals, whose squared coefficient of variation is 1/k.
        Must be in [1, 50].
    burst_probability : float, default 0.15
        Bursty: probability that an event is a complex spike: 2 to 6 spikes (2.84 on average, each further one
        half as likely), 3.3 or 6.7 ms apart (Ranck 1973, Harris 2001). Must be in [0, 1].
    spikes : SpikeFile, default None
        File: the spikes.
    tuning : Tuning, default None
        What the cells have to do with the animal; null = nothing.
    indicator : Indicator, default None
        The calcium indicator: a name such as "GCaMP6f", or an object; null = the reference's linear kernel of
        tau_rise_s and tau_decay_s, 100 % a spike without end.
    indicator_preparation : str, default "in_vivo"
        Where a named indicator was measured. Must be "in_vivo" or "culture".
    indicator_amplitude_cv : float, default 0.3
        Spread of the amplitude of ΔF/F over cells, coefficient of variation (lognormal, mean 1). Must be in
        [0, 1].
    indicator_decay_cv : float, default 0.25
        Spread of the decay over cells, coefficient of variation (lognormal, mean 1; Chen 2013: 0.26 to 0.28).
        Must be in [0, 1].
    indicator_rise_cv : float, default 0.25
        Spread of the rise over cells, coefficient of variation (lognormal, mean 1). The peak of one spike
        stays as it is. Must be in [0, 1].
    resting_brightness : float, default "auto"
        Brightness b at rest, in units of f0; "auto" = that of the indicator, relative to GCaMP6s. Must be in
        (0, 1000000].
    brightness_distribution : str, default "lognormal"
        Law of the brightness over cells, both of mean 1 and brightness_cv. Must be "lognormal" or "gamma".
    expressing_fraction : float, default 1.0
        Share of the cells that carry the indicator at all; the others stay dark, and in the truth. Must be in
        (0, 1].
    """

    kind = "cell_activity"
    _fields = {
        "spike_sim_hz": F("number", 300.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="Hz", remedy='The default is 300.0 Hz.'),
        "p_quiescent_to_active": F("number", 0.005, low=0, high=1, low_open=True, rule="must be in (0, 1].", remedy='The default is 0.005.'),
        "p_active_to_quiescent": F("number", 0.3, low=0, high=1, low_open=True, rule="must be in (0, 1].", remedy='The default is 0.3.'),
        "active_rate_hz": F("number", 150.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="Hz", remedy='The default is 150.0 Hz.'),
        "quiescent_rate_hz": F("number", 0.6, low=0, high=_INF, rule="must be ≥ 0.", unit="Hz", remedy='The default is 0.6 Hz.'),
        "tau_rise_s": F("number", 0.05, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="s", remedy='The default is 0.05 s.'),
        "tau_decay_s": F("number", 0.5, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="s", remedy='The default is 0.5 s.'),
        "brightness_cv": F("number", 0.3, low=0, high=100, rule="must be in [0, 100].", remedy='The default is 0.3.'),
        "f0": F("number", 1.0, low=0, high=1000000000, rule="must be in [0, 1000000000].", remedy='The default is 1.0.'),
        "trace_noise": F("number", 0.0, low=0, high=1000000000, rule="must be in [0, 1000000000].", remedy='The default is 0.0.'),
        "process": F("text", "per_frame", extension=True, choices=("per_frame", "gated", "poisson", "regular", "bursty", "file",), remedy='The default is "per_frame".'),
        "activation_rate_hz": F("number", 0.11929292898929342, extension=True, low=0, high=1000000, low_open=True, rule="must be in (0, 1000000].", unit="Hz", remedy='The default is 0.11929292898929342 Hz.'),
        "deactivation_rate_hz": F("number", 7.157575739357605, extension=True, low=0, high=1000000, low_open=True, rule="must be in (0, 1000000].", unit="Hz", remedy='The default is 7.157575739357605 Hz.'),
        "gate_step_s": F("number", 0.05, extension=True, low=0, high=1000000, low_open=True, rule="must be in (0, 1000000].", unit="s", remedy='The default is 0.05 s.'),
        "rate_mean_hz": F("number", None, nullable=True, extension=True, low=0, high=20, low_open=True, rule="must be in (0, 20].", unit="Hz", remedy='The default is null.'),
        "rate_sigma_ln": F("number", 0.0, extension=True, low=0, high=3, rule="must be in [0, 3].", remedy='The default is 0.0.'),
        "silent_fraction": F("number", 0.0, extension=True, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.0.'),
        "refractory_s": F("number", 0.0, extension=True, low=0, high=0.05, rule="must be in [0, 0.05].", unit="s", remedy='The default is 0.0 s.'),
        "regular_order": F("integer", 4, extension=True, low=1, high=50, rule="must be in [1, 50].", remedy='The default is 4.'),
        "burst_probability": F("number", 0.15, extension=True, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.15.'),
        "spikes": F("record", None, record="SpikeFile", nullable=True, extension=True, remedy='The default is null.'),
        "tuning": F("record", None, record="Tuning", nullable=True, extension=True, remedy='The default is null.'),
        "indicator": F("record", None, record="Indicator", nullable=True, extension=True, remedy='The default is null.'),
        "indicator_preparation": F("text", "in_vivo", extension=True, choices=("in_vivo", "culture",), remedy='The default is "in_vivo".'),
        "indicator_amplitude_cv": F("number", 0.3, extension=True, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.3.'),
        "indicator_decay_cv": F("number", 0.25, extension=True, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.25.'),
        "indicator_rise_cv": F("number", 0.25, extension=True, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.25.'),
        "resting_brightness": F("number", "auto", auto=True, extension=True, low=0, high=1000000, low_open=True, rule="must be in (0, 1000000].", remedy='The default is "auto".'),
        "brightness_distribution": F("text", "lognormal", extension=True, choices=("lognormal", "gamma",), remedy='The default is "lognormal".'),
        "expressing_fraction": F("number", 1.0, extension=True, low=0, high=1, low_open=True, rule="must be in (0, 1].", remedy='The default is 1.0.'),
    }


class Bleaching(Step):
    """Photobleaching against turnover of the indicator: dB/dt = (1 − B)/τ − q·I·C(t)·B, B(0) = 1.

    Parameters
    ----------
    bleach_susceptibility : float in 1/s, default 6.3e-6
        q: bleached share per second, per unit of excitation and emission. Must be ≥ 0.
    turnover_tau_s : float in s, default 20000.0
        τ: turnover time of the indicator, s. Must be > 0.
    excitation_intensity : float, default 1.0
        I: excitation intensity at the brightest place of the illumination. Must be ≥ 0.
    """

    kind = "bleaching"
    _fields = {
        "bleach_susceptibility": F("number", 6.3e-6, low=0, high=_INF, rule="must be ≥ 0.", unit="1/s", remedy='The default is 6.3e-6 1/s.'),
        "turnover_tau_s": F("number", 20000.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="s", remedy='The default is 20000.0 s.'),
        "excitation_intensity": F("number", 1.0, low=0, high=_INF, rule="must be ≥ 0.", remedy='The default is 1.0.'),
    }


class CellOptics(Step):
    """Resolves the focal plane and blurs and dims every cell by its depth.

    The observed footprint is g·(G_σ * planted), a pure function of the planted one and two numbers per cell,
    so it is not stored.
    """

    kind = "optics"
    _fields = {
    }


class Composite(Step):
    """Sums the cells onto the canvas: canvas(t) += Σ_i F_i·C_i(t)·B_i(t), with the observed footprint F if optics ran, else the planted one. Without activity there is no light.

    A cell of a population with the role "background" is a Gaussian of variance σ² + r²/4 (blur and the second
    moment of a disk) with the light of the whole soma, on a coarse grid; it is no unit of the truth, and its
    dendrites are left out.
    """

    kind = "composite"
    _fields = {
    }


class Neuropil(Step):
    """Diffuse fluorescence of unresolved processes: smooth fields with slow envelopes, partly driven by the population.

    Parameters
    ----------
    spatial_sigma_um : float in µm, default 40.0
        Smoothness of the fields, Gaussian σ in µm. Must be > 0.
    temporal_tau_s : float in s, default 10.0
        Time constant of the free envelopes, s. Must be > 0.
    population_tau_s : float in s, default 1.5
        Time constant of the population envelope, s. Must be > 0.
    amplitude : float, default 0.5
        Brightness. With brightness_at "image" that which is seen, in units of intensity: those of a cell of
        f0 = 1 before optics; neither aperture, depth nor indicator change it. With "tissue" in units of the
        resting light of a cell that carries the indicator. Must be in (0, 1000000000].
    n_components : int, default 3
        Number of fields. Must be in [1, 64].
    population_coupling : float, default 0.7
        Share of the envelope that follows the population. Where none of its cells emits, that share is level
        (1) and the truth has no population envelope. Must be in [0, 1].
    population_model : str, default "global"
        Which cells a field follows. Must be "global" or "local".
    texture_weight : float, default 0.0
        Share of the fields that has the fine texture of axons and dendrites: S ← (1 − w)·S + w·S·exp(0.5·n −
        0.125), n smoothed noise of unit variance. Must be in [0, 1].
    texture_sigma_um : float in µm, default 5.0
        Smoothness of that texture, Gaussian σ in µm. Must be > 0.
    floor : float, default 0.0
        Light that is everywhere: S ← floor + (1 − floor)·S; light from the depth has no holes. Must be in [0,
        1].
    brightness_at : str, default "image"
        Where the amplitude counts. "tissue": neuropil is processes of cells that carry the same indicator, so
        that amplitude·b·f0·expressing_fraction·NA² of it is seen, b the indicator's brightness at rest; two
        indicators or two apertures then differ in their background as in their cells. Depth and scatter do
        not change it: it comes from all depths. Must be "image" or "tissue".
    background_variance_fraction : float, default None
        Share of the variance in time, summed over the field of view, that is background (neuropil and
        background cells); sets the amplitude. Null = Amplitude as it is. Must be in (0, 1).
    arousal_gain : float, default 0.0
        How far the envelopes follow the animal: times 1 + gain·ℓ, ℓ its locomotion, divided by the mean of
        that; needs the step behavior. Must be in [0, 100].
    """

    kind = "neuropil"
    _fields = {
        "spatial_sigma_um": F("number", 40.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 40.0 µm.'),
        "temporal_tau_s": F("number", 10.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="s", remedy='The default is 10.0 s.'),
        "population_tau_s": F("number", 1.5, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="s", remedy='The default is 1.5 s.'),
        "amplitude": F("number", 0.5, low=0, high=1000000000, low_open=True, rule="must be in (0, 1000000000].", remedy='The default is 0.5.'),
        "n_components": F("integer", 3, low=1, high=64, rule="must be in [1, 64].", remedy='The default is 3.'),
        "population_coupling": F("number", 0.7, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.7.'),
        "population_model": F("text", "global", extension=True, choices=("global", "local",), remedy='The default is "global".'),
        "texture_weight": F("number", 0.0, extension=True, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.0.'),
        "texture_sigma_um": F("number", 5.0, extension=True, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 5.0 µm.'),
        "floor": F("number", 0.0, extension=True, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.0.'),
        "brightness_at": F("text", "image", extension=True, choices=("image", "tissue",), remedy='The default is "image".'),
        "background_variance_fraction": F("number", None, nullable=True, extension=True, low=0, high=1, low_open=True, high_open=True, rule="must be in (0, 1).", remedy='The default is null.'),
        "arousal_gain": F("number", 0.0, extension=True, low=0, high=100, rule="must be in [0, 100].", remedy='The default is 0.0.'),
    }


class Autofluorescence(Step):
    """Light of the tissue itself, without calcium: level·N(x)·(1 − b + b·e^(−I·t/τ)), a smooth field N of mean 1 that bleaches by the share b, and granules of lipofuscin that do not.

    It lowers every apparent ΔF/F, the more the less light of a cell reaches the sensor: its own passes
    through the aperture and the tissue, this level is what arrives. I is the mean of the illumination profile
    over the field of view. The defaults are choices, not measurements.

    Parameters
    ----------
    level : float, default 0.2
        Mean brightness, in units of intensity: those of a cell of f0 = 1 before optics. As it is seen, or as
        the tissue sends it out (brightness_at). Must be in [0, 1000000000].
    field_cv : float, default 0.2
        Coefficient of variation over the field of view. Must be in [0, 1].
    field_sigma_um : float in µm, default 80.0
        Smoothness, Gaussian σ in µm. Must be > 0.
    bleach_fraction : float, default 0.3
        Share that bleaches. Must be in [0, 1].
    bleach_tau_s : float in s, default 300.0
        Time constant of the bleaching at full excitation, s. Must be > 0.
    granules_per_mm2 : float in 1/mm², default 0.0
        Granules per mm². Must be in [0, 100000].
    granule_radius_um : float in µm, default 1.5
        Radius of a granule, µm. Must be in (0, 100].
    granule_level : float, default 0.5
        Brightness of a granule, in the same units. Must be in [0, 1000000000].
    brightness_at : str, default "image"
        Where level and granule_level count. "tissue": NA² of them is seen, as of the light of cells, so that
        two apertures have the same share of it. It is the tissue's own: no indicator and no expression
        changes it in either case. Must be "image" or "tissue".
    """

    kind = "autofluorescence"
    _fields = {
        "level": F("number", 0.2, low=0, high=1000000000, rule="must be in [0, 1000000000].", remedy='The default is 0.2.'),
        "field_cv": F("number", 0.2, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.2.'),
        "field_sigma_um": F("number", 80.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 80.0 µm.'),
        "bleach_fraction": F("number", 0.3, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.3.'),
        "bleach_tau_s": F("number", 300.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="s", remedy='The default is 300.0 s.'),
        "granules_per_mm2": F("number", 0.0, low=0, high=100000, rule="must be in [0, 100000].", unit="1/mm²", remedy='The default is 0.0 1/mm².'),
        "granule_radius_um": F("number", 1.5, low=0, high=100, low_open=True, rule="must be in (0, 100].", unit="µm", remedy='The default is 1.5 µm.'),
        "granule_level": F("number", 0.5, low=0, high=1000000000, rule="must be in [0, 1000000000].", remedy='The default is 0.5.'),
        "brightness_at": F("text", "image", extension=True, choices=("image", "tissue",), remedy='The default is "image".'),
    }


class VesselLayer(Record):
    """One layer of blood vessels.

    Parameters
    ----------
    depth_um : float in µm, default 30.0
        Depth of the layer, µm. Must be in [0, 20000].
    n_roots : int, default 4
        Number of trees. Must be in [1, 1000].
    root_radius_um : float in µm, default 22.0
        Radius of a trunk, µm. Must be > 0.
    min_radius_um : float in µm, default 2.0
        Radius below which a branch ends, µm. Must be > 0.
    opacity : float, default 0.85
        Largest share of light that blood takes away. Must be in (0, 1].
    absorption_per_um : float in 1/µm, default 0.04
        Absorption of blood, 1/µm. Must be > 0.
    branch_prob : float, default 0.2
        Probability per step to bifurcate. Must be in [0, 1).
    tortuosity_deg : float in °, default 8.0
        Standard deviation of the turn per step, degrees. Must be ≥ 0.
    branch_angle_deg : float in °, default 30.0
        Branching angle of children of equal radius, degrees. Must be ≥ 0.
    branch_area_main : float, default 0.7
        Share of the cube of the radius that the main child keeps. Must be in (0.5, 1).
    step_per_radius : float, default 1.5
        Step length in units of the radius. Must be > 0.
    """
    _fields = {
        "depth_um": F("number", 30.0, low=0, high=20000, rule="must be in [0, 20000].", unit="µm", remedy='The default is 30.0 µm.'),
        "n_roots": F("integer", 4, low=1, high=1000, rule="must be in [1, 1000].", remedy='The default is 4.'),
        "root_radius_um": F("number", 22.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 22.0 µm.'),
        "min_radius_um": F("number", 2.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 2.0 µm.'),
        "opacity": F("number", 0.85, low=0, high=1, low_open=True, rule="must be in (0, 1].", remedy='The default is 0.85.'),
        "absorption_per_um": F("number", 0.04, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="1/µm", remedy='The default is 0.04 1/µm.'),
        "branch_prob": F("number", 0.2, low=0, high=1, high_open=True, rule="must be in [0, 1).", remedy='The default is 0.2.'),
        "tortuosity_deg": F("number", 8.0, low=0, high=_INF, rule="must be ≥ 0.", unit="°", remedy='The default is 8.0 °.'),
        "branch_angle_deg": F("number", 30.0, low=0, high=_INF, rule="must be ≥ 0.", unit="°", remedy='The default is 30.0 °.'),
        "branch_area_main": F("number", 0.7, low=0.5, high=1, low_open=True, high_open=True, rule="must be in (0.5, 1).", remedy='The default is 0.7.'),
        "step_per_radius": F("number", 1.5, low=0, high=_INF, low_open=True, rule="must be > 0.", remedy='The default is 1.5.'),
    }


class Vasculature(Step):
    """Blood vessels that shade everything below them.

    Parameters
    ----------
    enabled : bool, default False
        Off: the step does nothing.
    layers : list of VesselLayer, default empty
        The layers; none: the step does nothing.
    """

    kind = "vasculature"
    _fields = {
        "enabled": F("flag", False, remedy='The default is false.'),
        "layers": F("list", (), record="VesselLayer", element="record"),
    }


class Hemodynamics(Step):
    """Blood in motion: arteries and veins pulse with the heart, sway at 0.1 Hz and widen when the animal runs, and the blood between them takes light everywhere.

    Positive = wider = darker: canvas(t) *= R_A(ε_A)·R_V(ε_V)·(1 − a·P), R the mask with one class of vessels
    widened over the mask at rest, P smooth noise of mean 1 and coefficient of variation 0.2. The truth's mask
    and what can be detected are those at rest.Scale of the loss: ΔF/F ≈ −(μ_ex·L_ex + μ_em·L_em)·ΔV/V; with
    blood of 0.018 and 0.017 /µm at 470 and 525 nm, 3.5 % of the volume and paths of 0.4 and 0.3 mm that is
    −0.42·ΔV/V.R is tabulated every 5 % of dilation and linear between: within 0.008 of the mask for layers
    out of focus; a pixel at the wall of a thick vessel in focus errs by up to 0.1.

    Parameters
    ----------
    heart_hz : float in Hz, default 10.5
        Rate of the heart, Hz: 9.7–12.7 awake, 2.8–6.0 anaesthetised mice (Sci Rep 2025, s41598-025-20221-4).
        Must be in (0, 50].
    heart_artery : float, default 0.008
        Peak relative change of the radius of arteries with the heartbeat: about 1 % in pial arteries (Mestre
        2018; low confidence). Must be in [0, 0.1].
    heart_vein : float, default 0.002
        The same of veins. Must be in [0, 0.1].
    vasomotion_hz : float in Hz, default 0.1
        Frequency of vasomotion, Hz. Must be in (0, 5].
    vasomotion_artery : float, default 0.04
        Standard deviation of the radius of arteries by vasomotion (Drew 2011); that of veins is a tenth. Must
        be in [0, 0.3].
    locomotion_artery : float, default 0.167
        Steady dilation of arteries while the animal runs: 16.7 ± 11.1 % (Gao and Drew 2016, pial); needs the
        step behavior. Must be in [0, 0.4].
    locomotion_vein : float, default 0.027
        The same of veins: 2.7 ± 2.4 %. Must be in [0, 0.4].
    perfusion_locomotion : float, default 0.02
        Share of the light that is lost everywhere while the animal runs: 1–3 %. Must be in [0, 0.2].
    perfusion_vasomotion : float, default 0.005
        Standard deviation of that loss by vasomotion. Must be in [0, 0.1].
    perfusion_heart : float, default 0.001
        Peak of that loss by the heartbeat. Must be in [0, 0.1].
    artery_fraction : float, default 0.5
        Share of the vessel trees that are arteries; at least one of each where there are two. Must be in [0,
        1].
    """

    kind = "hemodynamics"
    _fields = {
        "heart_hz": F("number", 10.5, low=0, high=50, low_open=True, rule="must be in (0, 50].", unit="Hz", remedy='The default is 10.5 Hz.'),
        "heart_artery": F("number", 0.008, low=0, high=0.1, rule="must be in [0, 0.1].", remedy='The default is 0.008.'),
        "heart_vein": F("number", 0.002, low=0, high=0.1, rule="must be in [0, 0.1].", remedy='The default is 0.002.'),
        "vasomotion_hz": F("number", 0.1, low=0, high=5, low_open=True, rule="must be in (0, 5].", unit="Hz", remedy='The default is 0.1 Hz.'),
        "vasomotion_artery": F("number", 0.04, low=0, high=0.3, rule="must be in [0, 0.3].", remedy='The default is 0.04.'),
        "locomotion_artery": F("number", 0.167, low=0, high=0.4, rule="must be in [0, 0.4].", remedy='The default is 0.167.'),
        "locomotion_vein": F("number", 0.027, low=0, high=0.4, rule="must be in [0, 0.4].", remedy='The default is 0.027.'),
        "perfusion_locomotion": F("number", 0.02, low=0, high=0.2, rule="must be in [0, 0.2].", remedy='The default is 0.02.'),
        "perfusion_vasomotion": F("number", 0.005, low=0, high=0.1, rule="must be in [0, 0.1].", remedy='The default is 0.005.'),
        "perfusion_heart": F("number", 0.001, low=0, high=0.1, rule="must be in [0, 0.1].", remedy='The default is 0.001.'),
        "artery_fraction": F("number", 0.5, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.5.'),
    }


class BrainMotion(Step):
    """The brain moves under the lens.

    Parameters
    ----------
    model : str, default "physical"
        How the motion is made. Must be "physical" or "walk".
    trajectory_um : list of (y, x) in µm, default None
        Given displacement (dy, dx) per frame, µm, which wins over Model; null = simulated.
    max_shift_um : float in µm, default 15.0
        Largest displacement, µm; sets the canvas margin. Must be > 0.
    locomotion_freq_hz : float in Hz, default 7.0
        Step frequency of locomotion, Hz. Must be > 0.
    motion_amplitude_um : float in µm, default 10.0
        99th percentile of the displacement, µm. Must be > 0.
    locomotion_axis : str, default "y"
        Axis of the locomotion drive. Must be "y" or "x".
    resonance_freq_hz : float in Hz, default 6.0
        Resonance frequency of the brain in the skull, Hz. Must be > 0.
    damping_ratio : float, default 0.5
        Damping ratio of that resonance. Must be > 0.
    locomotion_fraction : float, default 0.25
        Share of the locomotion drive; the rest is posture. Must be in [0, 1].
    locomotion_gain : float, default 0.0
        How far the motion follows the animal: the physical model's displacement times 1 − g + g·ℓ, ℓ its
        locomotion; needs the step behavior. Must be in [0, 1].
    rest_fraction : float, default 0.0
        Share of the time without a drive, in which the brain swings back to its place and rests: the physical
        model's drives come in bouts of 1 s on average. Must be in [0, 1).
    walk_step_um : float in µm, default 0.3
        Step of the walk per axis and frame, µm. Must be ≥ 0.
    """

    kind = "brain_motion"
    _fields = {
        "model": F("text", "physical", choices=("physical", "walk",), remedy='The default is "physical".'),
        "trajectory_um": F("list", None, element="tuple", components=("y", "x",), nullable=True, unit="µm", remedy='The default is null.'),
        "max_shift_um": F("number", 15.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 15.0 µm.'),
        "locomotion_freq_hz": F("number", 7.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="Hz", remedy='The default is 7.0 Hz.'),
        "motion_amplitude_um": F("number", 10.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 10.0 µm.'),
        "locomotion_axis": F("text", "y", choices=("y", "x",), remedy='The default is "y".'),
        "resonance_freq_hz": F("number", 6.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="Hz", remedy='The default is 6.0 Hz.'),
        "damping_ratio": F("number", 0.5, low=0, high=_INF, low_open=True, rule="must be > 0.", remedy='The default is 0.5.'),
        "locomotion_fraction": F("number", 0.25, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.25.'),
        "locomotion_gain": F("number", 0.0, extension=True, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.0.'),
        "rest_fraction": F("number", 0.0, extension=True, low=0, high=1, high_open=True, rule="must be in [0, 1).", remedy='The default is 0.0.'),
        "walk_step_um": F("number", 0.3, low=0, high=_INF, rule="must be ≥ 0.", unit="µm", remedy='The default is 0.3 µm.'),
    }


class IlluminationProfile(Step):
    """Uneven excitation light; it also drives bleaching.

    Parameters
    ----------
    falloff : float, default 0.7
        Value at the farthest corner pixel; 1 at the bright centre. Must be in [0, 1].
    exponent : float, default 2.0
        Exponent of the radial fall. Must be > 0.
    center_offset_um : (y, x) in µm, default [0.0, 0.0]
        Place of the bright centre (y, x), µm from the optical axis.
    """

    kind = "illumination_profile"
    _fields = {
        "falloff": F("number", 0.7, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.7.'),
        "exponent": F("number", 2.0, low=0, high=_INF, low_open=True, rule="must be > 0.", remedy='The default is 2.0.'),
        "center_offset_um": F("tuple", (0.0, 0.0), components=("y", "x",), unit="µm", remedy='The default is [0.0, 0.0] µm.'),
    }


class Vignette(Step):
    """Light lost towards the edge on the way to the sensor.

    Parameters
    ----------
    falloff : float, default 0.5
        Value at the farthest corner pixel; 1 at the bright centre. Must be in [0, 1].
    exponent : float, default 2.0
        Exponent of the radial fall. Must be > 0.
    center_offset_um : (y, x) in µm, default [0.0, 0.0]
        Place of the bright centre (y, x), µm from the optical axis.
    """

    kind = "vignette"
    _fields = {
        "falloff": F("number", 0.5, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.5.'),
        "exponent": F("number", 2.0, low=0, high=_INF, low_open=True, rule="must be > 0.", remedy='The default is 2.0.'),
        "center_offset_um": F("tuple", (0.0, 0.0), components=("y", "x",), unit="µm", remedy='The default is [0.0, 0.0] µm.'),
    }


class Leakage(Step):
    """Light that reaches the sensor without coming from the tissue in focus: excitation leak, autofluorescence of glass.

    Parameters
    ----------
    profile : str, default "gaussian"
        How the light is spread over the sensor. Must be "gaussian" or "uniform".
    level : float, default 0.1
        Peak, in the movie's intensity units. Must be in [0, 1000000000].
    sigma_um : float in µm, default None
        Gaussian σ of the glow, µm; null = a quarter of the smaller FOV side. Must be > 0.
    """

    kind = "leakage"
    _fields = {
        "profile": F("text", "gaussian", choices=("gaussian", "uniform",), remedy='The default is "gaussian".'),
        "level": F("number", 0.1, low=0, high=1000000000, rule="must be in [0, 1000000000].", remedy='The default is 0.1.'),
        "sigma_um": F("number", None, nullable=True, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is null.'),
    }


class HotPixels(Step):
    """Pixels with a high dark current: fixed bright points that never move with the brain.

    A pixel is hot with probability Fraction; its dark current is exponential with the mean MeanEPerS, and it
    is exposed for the whole frame.

    Parameters
    ----------
    fraction : float, default 0.0001
        Share of the pixels that are hot. Must be in [0, 0.01].
    mean_e_per_s : float in e-/s, default 2000.0
        Mean dark current of a hot pixel, e⁻/s. Must be in (0, 1000000000].
    """

    kind = "hot_pixels"
    _fields = {
        "fraction": F("number", 0.0001, low=0, high=0.01, rule="must be in [0, 0.01].", remedy='The default is 0.0001.'),
        "mean_e_per_s": F("number", 2000.0, low=0, high=1000000000, low_open=True, rule="must be in (0, 1000000000].", unit="e-/s", remedy='The default is 2000.0 e-/s.'),
    }


class Sensor(Step):
    """Photons become counts: λ = max(intensity·photons_per_unit, 0)·QE expected electrons; Poisson shot noise and Gaussian read noise; counts = clip(⌊electrons·gain⌋, 0, 2^bits − 1).

    The noise itself is in SensorKernel.

    Parameters
    ----------
    photons_per_unit : float, default 100.0
        Photons per frame for one unit of intensity. Must be in (0, 1000000000].
    """

    kind = "sensor"
    _fields = {
        "photons_per_unit": F("number", 100.0, low=0, high=1000000000, low_open=True, rule="must be in (0, 1000000000].", remedy='The default is 100.0.'),
    }


class Optics(Record):
    """The objective: what is sharp, how much light is collected.

    Parameters
    ----------
    na : float, default 0.45
        Numerical aperture. Must be > 0.
    magnification : float, default 8.0
        Sensor side over object side. Must be > 0.
    emission_nm : float in nm, default 525.0
        Emission wavelength, nm; 525 is the emission of GCaMP. Must be > 0.
    depth_of_field_um : float in µm, default "auto"
        ± half-depth counted as in focus, µm; null ("auto") = 1.33·λ/NA². Must be > 0.
    field_curvature_radius_um : float in µm, default None
        Petzval radius of field curvature, µm; null = flat field. Must be > 0.
    """
    _fields = {
        "na": F("number", 0.45, low=0, high=_INF, low_open=True, rule="must be > 0.", remedy='The default is 0.45.'),
        "magnification": F("number", 8.0, low=0, high=_INF, low_open=True, rule="must be > 0.", remedy='The default is 8.0.'),
        "emission_nm": F("number", 525.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="nm", remedy='The default is 525.0 nm.'),
        "depth_of_field_um": F("number", "auto", auto=True, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is "auto".'),
        "field_curvature_radius_um": F("number", None, nullable=True, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is null.'),
    }


class ImageSensor(Record):
    """The camera chip.

    Parameters
    ----------
    n_px_height : int, default 256
        Rows. Must be in [1, 16384].
    n_px_width : int, default 256
        Columns. Must be in [1, 16384].
    pixel_pitch_um : float in µm, default 3.0
        Physical distance between pixel centres on the chip, µm. Must be > 0.
    quantum_efficiency : float, default 0.7
        Photon → electron probability. Must be in (0, 1].
    read_noise_e : float in e-, default 2.0
        Read noise, e⁻ RMS. Must be in [0, 1000000000].
    gain_adu_per_e : float in ADU/e-, default 1.0
        Counts per electron. Must be in (0, 1000000000].
    bit_depth : int, default 8
        ADC bits. Must be in [1, 16].
    """
    _fields = {
        "n_px_height": F("integer", 256, low=1, high=16384, rule="must be in [1, 16384].", remedy='The default is 256.'),
        "n_px_width": F("integer", 256, low=1, high=16384, rule="must be in [1, 16384].", remedy='The default is 256.'),
        "pixel_pitch_um": F("number", 3.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 3.0 µm.'),
        "quantum_efficiency": F("number", 0.7, low=0, high=1, low_open=True, rule="must be in (0, 1].", remedy='The default is 0.7.'),
        "read_noise_e": F("number", 2.0, low=0, high=1000000000, rule="must be in [0, 1000000000].", unit="e-", remedy='The default is 2.0 e-.'),
        "gain_adu_per_e": F("number", 1.0, low=0, high=1000000000, low_open=True, rule="must be in (0, 1000000000].", unit="ADU/e-", remedy='The default is 1.0 ADU/e-.'),
        "bit_depth": F("integer", 8, low=1, high=16, rule="must be in [1, 16].", remedy='The default is 8.'),
    }


class Tissue(Record):
    """Scattering of brain tissue.

    Ballistic mean free path ≈ 47 µm at 473 nm (Al-Juboori 2013) and ≈ 38 µm at 515 nm (Azimipour 2014);
    excitation is diffuse fluence and reaches deeper (Ma 2020).

    Parameters
    ----------
    scatter_mfp_excitation_um : float in µm, default 600.0
        Mean free path of the excitation leg (diffuse fluence), µm. Must be > 0.
    scatter_mfp_emission_um : float in µm, default 100.0
        Mean free path of the emission leg (image-forming light), µm. Must be > 0.
    scatter_blur_per_um : float, default 0.05
        µm of blur σ per µm of depth. Must be ≥ 0.
    """
    _fields = {
        "scatter_mfp_excitation_um": F("number", 600.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 600.0 µm.'),
        "scatter_mfp_emission_um": F("number", 100.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 100.0 µm.'),
        "scatter_blur_per_um": F("number", 0.05, low=0, high=_INF, rule="must be ≥ 0.", remedy='The default is 0.05.'),
    }


class Acquisition(Record):
    """Instrument, tissue and sampling. The one place that converts between µm and pixels, seconds and frames.

    Parameters
    ----------
    optics : Optics, default Optics()
        The objective.
    image_sensor : ImageSensor, default ImageSensor()
        The camera chip.
    tissue : Tissue, default Tissue()
        The scattering tissue.
    fps : float in Hz, default 20.0
        Frames per second. Must be > 0.
    duration_s : float in s, default 150.0
        Length of the recording, s. Must be > 0.
    focal_depth_in_tissue_um : float in µm, default "auto"
        Depth of the focal plane in tissue on the axis, µm; null ("auto") = chosen from the cells. Must be in
        [0, 20000].
    front_working_distance_um : float in µm, default None
        Working distance of the objective, µm. Recorded only; no effect. Must be > 0.
    """
    _fields = {
        "optics": F("record", ..., record="Optics"),
        "image_sensor": F("record", ..., record="ImageSensor"),
        "tissue": F("record", ..., record="Tissue"),
        "fps": F("number", 20.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="Hz", remedy='The default is 20.0 Hz.'),
        "duration_s": F("number", 150.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="s", remedy='The default is 150.0 s.'),
        "focal_depth_in_tissue_um": F("number", "auto", auto=True, low=0, high=20000, rule="must be in [0, 20000].", unit="µm", remedy='The default is "auto".'),
        "front_working_distance_um": F("number", None, nullable=True, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is null.'),
    }


class Output(Record):
    """What is kept of a simulation.

    Parameters
    ----------
    save_intermediates : bool, default False
        Keep a snapshot after every movie stage before the sensor, whose movie is the recording itself.
    store_dtype : str, default "float32"
        Number type of the stored movie. Must be "float32", "float64" or "auto".
    save_background : bool, default False
        Keep the traces of the cells that are background only, too.
    save_observed_footprints : bool, default False
        Keep the observed footprints (blurred and dimmed, as they light the sensor at rest) as ready arrays in
        a Zarr recording, too: often many times the size of the planted ones. HDF5, NPZ and NWB always have
        them.
    """
    _fields = {
        "save_intermediates": F("flag", False, remedy='The default is false.'),
        "store_dtype": F("text", "float32", choices=("float32", "float64", "auto",), remedy='The default is "float32".'),
        "save_background": F("flag", False, extension=True, remedy='The default is false.'),
        "save_observed_footprints": F("flag", False, extension=True, remedy='The default is false.'),
    }


class SpecFields(Record):
    """The recipe of a recording: instrument and tissue, seed, steps, output. Immutable; the same spec always gives the same bytes.

    The order in which steps are listed does not matter: they are kept in canonical order, and two specs that
    differ only in listing order are equal.

    Parameters
    ----------
    acquisition : Acquisition, default Acquisition()
        Instrument, tissue and sampling.
    seed : int, default 42
        Seed of every random draw. Must be ≥ 0.
    steps : list of steps, default empty
        The steps, in canonical order; each kind at most once.
    output : Output, default Output()
        What is kept.
    """
    _fields = {
        "acquisition": F("record", ..., record="Acquisition"),
        "seed": F("integer", 42, low=0, high=_INF, rule="must be ≥ 0.", remedy='The default is 42.'),
        "steps": F("list", (), element="step"),
        "output": F("record", ..., record="Output"),
    }


STEPS = {
    "place_neurons": PlaceNeurons,
    "behavior": Behavior,
    "cell_activity": CellActivity,
    "bleaching": Bleaching,
    "optics": CellOptics,
    "composite": Composite,
    "neuropil": Neuropil,
    "autofluorescence": Autofluorescence,
    "vasculature": Vasculature,
    "hemodynamics": Hemodynamics,
    "brain_motion": BrainMotion,
    "illumination_profile": IlluminationProfile,
    "vignette": Vignette,
    "leakage": Leakage,
    "hot_pixels": HotPixels,
    "sensor": Sensor,
}

__all__ = ["NeuronPopulation", "PlaceNeurons", "Behavior", "SpikeFile", "Tuning", "Indicator", "CellActivity", "Bleaching", "CellOptics", "Composite", "Neuropil", "Autofluorescence", "VesselLayer", "Vasculature", "Hemodynamics", "BrainMotion", "IlluminationProfile", "Vignette", "Leakage", "HotPixels", "Sensor", "Optics", "ImageSensor", "Tissue", "Acquisition", "Output"]
