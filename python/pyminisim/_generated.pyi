# Generated from the C# records by `dotnet run --project src/Minisim.Bindings`; do not edit.
from typing import Any, Dict, List, Literal, Optional, Sequence, Tuple, Type, Union

from ._records import Record, Step


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
    @property
    def density_per_mm3(self) -> float: ...
    @property
    def soma_radius_um(self) -> float: ...
    @property
    def irregularity(self) -> float: ...
    @property
    def morphology(self) -> Literal["soma", "cytosolic"]: ...
    @property
    def dendrite_length_um(self) -> float: ...
    @property
    def dendrite_width_um(self) -> float: ...
    @property
    def depth_range_um(self) -> Tuple[float, float]: ...
    @property
    def min_distance_um(self) -> float: ...
    @property
    def soma_radius_cv(self) -> float: ...
    @property
    def nucleus_radius_fraction(self) -> float: ...
    @property
    def nucleus_brightness(self) -> float: ...
    @property
    def filled_nucleus_fraction(self) -> float: ...
    @property
    def positions_um(self) -> Optional[Tuple[Tuple[float, float, float], ...]]: ...
    @property
    def role(self) -> Literal["cell", "background"]: ...
    def __init__(self, *, density_per_mm3: float = ..., soma_radius_um: float = ..., irregularity: float = ..., morphology: Literal["soma", "cytosolic"] = ..., dendrite_length_um: float = ..., dendrite_width_um: float = ..., depth_range_um: Tuple[float, float] = ..., min_distance_um: float = ..., soma_radius_cv: float = ..., nucleus_radius_fraction: float = ..., nucleus_brightness: float = ..., filled_nucleus_fraction: float = ..., positions_um: Optional[Sequence[Tuple[float, float, float]]] = ..., role: Literal["cell", "background"] = ...) -> None: ...


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

    kind: str = "place_neurons"
    @property
    def density_per_mm3(self) -> float: ...
    @property
    def soma_radius_um(self) -> float: ...
    @property
    def irregularity(self) -> float: ...
    @property
    def morphology(self) -> Literal["soma", "cytosolic"]: ...
    @property
    def dendrite_length_um(self) -> float: ...
    @property
    def dendrite_width_um(self) -> float: ...
    @property
    def depth_range_um(self) -> Tuple[float, float]: ...
    @property
    def min_distance_um(self) -> float: ...
    @property
    def soma_radius_cv(self) -> float: ...
    @property
    def nucleus_radius_fraction(self) -> float: ...
    @property
    def nucleus_brightness(self) -> float: ...
    @property
    def filled_nucleus_fraction(self) -> float: ...
    @property
    def positions_um(self) -> Optional[Tuple[Tuple[float, float, float], ...]]: ...
    @property
    def populations(self) -> Optional[Tuple[NeuronPopulation, ...]]: ...
    def __init__(self, *, density_per_mm3: float = ..., soma_radius_um: float = ..., irregularity: float = ..., morphology: Literal["soma", "cytosolic"] = ..., dendrite_length_um: float = ..., dendrite_width_um: float = ..., depth_range_um: Tuple[float, float] = ..., min_distance_um: float = ..., soma_radius_cv: float = ..., nucleus_radius_fraction: float = ..., nucleus_brightness: float = ..., filled_nucleus_fraction: float = ..., positions_um: Optional[Sequence[Tuple[float, float, float]]] = ..., populations: Optional[Sequence[NeuronPopulation]] = ...) -> None: ...


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

    kind: str = "behavior"
    @property
    def arena(self) -> Literal["linear", "open_field", "file"]: ...
    @property
    def length_m(self) -> float: ...
    @property
    def width_m(self) -> float: ...
    @property
    def lap_speed_m_s(self) -> float: ...
    @property
    def lap_speed_cv(self) -> float: ...
    @property
    def reward_pause_s(self) -> float: ...
    @property
    def speed_sigma_m_s(self) -> float: ...
    @property
    def speed_tau_s(self) -> float: ...
    @property
    def turn_std_deg_s(self) -> float: ...
    @property
    def turn_tau_s(self) -> float: ...
    @property
    def rest_dwell_s(self) -> float: ...
    @property
    def move_dwell_s(self) -> float: ...
    @property
    def path(self) -> Optional[str]: ...
    @property
    def extent_m(self) -> Optional[Tuple[float, ...]]: ...
    @property
    def kept(self) -> Optional[str]: ...
    @property
    def locomotion_threshold_m_s(self) -> float: ...
    def __init__(self, *, arena: Literal["linear", "open_field", "file"] = ..., length_m: float = ..., width_m: float = ..., lap_speed_m_s: float = ..., lap_speed_cv: float = ..., reward_pause_s: float = ..., speed_sigma_m_s: float = ..., speed_tau_s: float = ..., turn_std_deg_s: float = ..., turn_tau_s: float = ..., rest_dwell_s: float = ..., move_dwell_s: float = ..., path: Optional[str] = ..., extent_m: Optional[Sequence[float]] = ..., kept: Optional[str] = ..., locomotion_threshold_m_s: float = ...) -> None: ...


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
    @property
    def path(self) -> Optional[str]: ...
    @property
    def format(self) -> Optional[Literal["csv", "npy", "nwb_arrays"]]: ...
    @property
    def sha256(self) -> Optional[str]: ...
    @property
    def kept_hz(self) -> Optional[float]: ...
    @property
    def kept(self) -> Optional[str]: ...
    def __init__(self, *, path: Optional[str] = ..., format: Optional[Literal["csv", "npy", "nwb_arrays"]] = ..., sha256: Optional[str] = ..., kept_hz: Optional[float] = ..., kept: Optional[str] = ...) -> None: ...


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
    @property
    def place_fraction(self) -> float: ...
    @property
    def place_sigma_m(self) -> float: ...
    @property
    def place_peak_hz(self) -> float: ...
    @property
    def place_out_hz(self) -> float: ...
    @property
    def directional_fraction(self) -> float: ...
    @property
    def pass_reliability(self) -> float: ...
    @property
    def rest_gain(self) -> float: ...
    @property
    def remap_times_s(self) -> Tuple[float, ...]: ...
    @property
    def remap_fraction(self) -> float: ...
    @property
    def speed_fraction(self) -> float: ...
    @property
    def speed_gain(self) -> float: ...
    @property
    def head_direction_fraction(self) -> float: ...
    @property
    def hd_kappa(self) -> float: ...
    @property
    def theta_depth(self) -> float: ...
    @property
    def theta_hz(self) -> float: ...
    @property
    def assemblies(self) -> int: ...
    @property
    def assembly_fraction(self) -> float: ...
    @property
    def assembly_rate_hz(self) -> float: ...
    @property
    def assembly_p(self) -> float: ...
    @property
    def assembly_jitter_s(self) -> float: ...
    @property
    def ripple_rate_hz(self) -> float: ...
    @property
    def ripple_participation(self) -> float: ...
    @property
    def ripple_duration_s(self) -> float: ...
    def __init__(self, *, place_fraction: float = ..., place_sigma_m: float = ..., place_peak_hz: float = ..., place_out_hz: float = ..., directional_fraction: float = ..., pass_reliability: float = ..., rest_gain: float = ..., remap_times_s: Sequence[float] = ..., remap_fraction: float = ..., speed_fraction: float = ..., speed_gain: float = ..., head_direction_fraction: float = ..., hd_kappa: float = ..., theta_depth: float = ..., theta_hz: float = ..., assemblies: int = ..., assembly_fraction: float = ..., assembly_rate_hz: float = ..., assembly_p: float = ..., assembly_jitter_s: float = ..., ripple_rate_hz: float = ..., ripple_participation: float = ..., ripple_duration_s: float = ...) -> None: ...


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
    @property
    def name(self) -> Optional[Literal["GCaMP6s", "GCaMP6m", "GCaMP6f", "jGCaMP7f", "jGCaMP7s", "jGCaMP7c", "jGCaMP7b", "jGCaMP8f", "jGCaMP8m", "jGCaMP8s", "XCaMP-Gf", "XCaMP-G", "jRGECO1a", "jRCaMP1b"]]: ...
    @property
    def tau_rise_s(self) -> Optional[float]: ...
    @property
    def tau_decay_s(self) -> Optional[float]: ...
    @property
    def tau_slow_s(self) -> Optional[float]: ...
    @property
    def slow_fraction(self) -> Optional[float]: ...
    @property
    def hill_n(self) -> Optional[float]: ...
    @property
    def half_saturation_ap(self) -> Optional[float]: ...
    @property
    def offset_ap(self) -> Optional[float]: ...
    @property
    def dff_1ap(self) -> Optional[float]: ...
    @property
    def time_to_peak_s(self) -> Optional[float]: ...
    @property
    def half_decay_s(self) -> Optional[float]: ...
    @property
    def dff_10ap(self) -> Optional[float]: ...
    @property
    def relative_f0(self) -> float: ...
    def __init__(self, *, name: Optional[Literal["GCaMP6s", "GCaMP6m", "GCaMP6f", "jGCaMP7f", "jGCaMP7s", "jGCaMP7c", "jGCaMP7b", "jGCaMP8f", "jGCaMP8m", "jGCaMP8s", "XCaMP-Gf", "XCaMP-G", "jRGECO1a", "jRCaMP1b"]] = ..., tau_rise_s: Optional[float] = ..., tau_decay_s: Optional[float] = ..., tau_slow_s: Optional[float] = ..., slow_fraction: Optional[float] = ..., hill_n: Optional[float] = ..., half_saturation_ap: Optional[float] = ..., offset_ap: Optional[float] = ..., dff_1ap: Optional[float] = ..., time_to_peak_s: Optional[float] = ..., half_decay_s: Optional[float] = ..., dff_10ap: Optional[float] = ..., relative_f0: float = ...) -> None: ...


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

    kind: str = "cell_activity"
    @property
    def spike_sim_hz(self) -> float: ...
    @property
    def p_quiescent_to_active(self) -> float: ...
    @property
    def p_active_to_quiescent(self) -> float: ...
    @property
    def active_rate_hz(self) -> float: ...
    @property
    def quiescent_rate_hz(self) -> float: ...
    @property
    def tau_rise_s(self) -> float: ...
    @property
    def tau_decay_s(self) -> float: ...
    @property
    def brightness_cv(self) -> float: ...
    @property
    def f0(self) -> float: ...
    @property
    def trace_noise(self) -> float: ...
    @property
    def process(self) -> Literal["per_frame", "gated", "poisson", "regular", "bursty", "file"]: ...
    @property
    def activation_rate_hz(self) -> float: ...
    @property
    def deactivation_rate_hz(self) -> float: ...
    @property
    def gate_step_s(self) -> float: ...
    @property
    def rate_mean_hz(self) -> Optional[float]: ...
    @property
    def rate_sigma_ln(self) -> float: ...
    @property
    def silent_fraction(self) -> float: ...
    @property
    def refractory_s(self) -> float: ...
    @property
    def regular_order(self) -> int: ...
    @property
    def burst_probability(self) -> float: ...
    @property
    def spikes(self) -> Optional[SpikeFile]: ...
    @property
    def tuning(self) -> Optional[Tuning]: ...
    @property
    def indicator(self) -> Optional[Indicator]: ...
    @property
    def indicator_preparation(self) -> Literal["in_vivo", "culture"]: ...
    @property
    def indicator_amplitude_cv(self) -> float: ...
    @property
    def indicator_decay_cv(self) -> float: ...
    @property
    def indicator_rise_cv(self) -> float: ...
    @property
    def resting_brightness(self) -> Union[float, Literal["auto"]]: ...
    @property
    def brightness_distribution(self) -> Literal["lognormal", "gamma"]: ...
    @property
    def expressing_fraction(self) -> float: ...
    def __init__(self, *, spike_sim_hz: float = ..., p_quiescent_to_active: float = ..., p_active_to_quiescent: float = ..., active_rate_hz: float = ..., quiescent_rate_hz: float = ..., tau_rise_s: float = ..., tau_decay_s: float = ..., brightness_cv: float = ..., f0: float = ..., trace_noise: float = ..., process: Literal["per_frame", "gated", "poisson", "regular", "bursty", "file"] = ..., activation_rate_hz: float = ..., deactivation_rate_hz: float = ..., gate_step_s: float = ..., rate_mean_hz: Optional[float] = ..., rate_sigma_ln: float = ..., silent_fraction: float = ..., refractory_s: float = ..., regular_order: int = ..., burst_probability: float = ..., spikes: Optional[SpikeFile] = ..., tuning: Optional[Tuning] = ..., indicator: Optional[Union[Indicator, Literal["GCaMP6s", "GCaMP6m", "GCaMP6f", "jGCaMP7f", "jGCaMP7s", "jGCaMP7c", "jGCaMP7b", "jGCaMP8f", "jGCaMP8m", "jGCaMP8s", "XCaMP-Gf", "XCaMP-G", "jRGECO1a", "jRCaMP1b"]]] = ..., indicator_preparation: Literal["in_vivo", "culture"] = ..., indicator_amplitude_cv: float = ..., indicator_decay_cv: float = ..., indicator_rise_cv: float = ..., resting_brightness: Union[float, Literal["auto"]] = ..., brightness_distribution: Literal["lognormal", "gamma"] = ..., expressing_fraction: float = ...) -> None: ...


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

    kind: str = "bleaching"
    @property
    def bleach_susceptibility(self) -> float: ...
    @property
    def turnover_tau_s(self) -> float: ...
    @property
    def excitation_intensity(self) -> float: ...
    def __init__(self, *, bleach_susceptibility: float = ..., turnover_tau_s: float = ..., excitation_intensity: float = ...) -> None: ...


class CellOptics(Step):
    """Resolves the focal plane and blurs and dims every cell by its depth.

    The observed footprint is g·(G_σ * planted), a pure function of the planted one and two numbers per cell,
    so it is not stored.
    """

    kind: str = "optics"
    def __init__(self) -> None: ...


class Composite(Step):
    """Sums the cells onto the canvas: canvas(t) += Σ_i F_i·C_i(t)·B_i(t), with the observed footprint F if optics ran, else the planted one. Without activity there is no light.

    A cell of a population with the role "background" is a Gaussian of variance σ² + r²/4 (blur and the second
    moment of a disk) with the light of the whole soma, on a coarse grid; it is no unit of the truth, and its
    dendrites are left out.
    """

    kind: str = "composite"
    def __init__(self) -> None: ...


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

    kind: str = "neuropil"
    @property
    def spatial_sigma_um(self) -> float: ...
    @property
    def temporal_tau_s(self) -> float: ...
    @property
    def population_tau_s(self) -> float: ...
    @property
    def amplitude(self) -> float: ...
    @property
    def n_components(self) -> int: ...
    @property
    def population_coupling(self) -> float: ...
    @property
    def population_model(self) -> Literal["global", "local"]: ...
    @property
    def texture_weight(self) -> float: ...
    @property
    def texture_sigma_um(self) -> float: ...
    @property
    def floor(self) -> float: ...
    @property
    def brightness_at(self) -> Literal["image", "tissue"]: ...
    @property
    def background_variance_fraction(self) -> Optional[float]: ...
    @property
    def arousal_gain(self) -> float: ...
    def __init__(self, *, spatial_sigma_um: float = ..., temporal_tau_s: float = ..., population_tau_s: float = ..., amplitude: float = ..., n_components: int = ..., population_coupling: float = ..., population_model: Literal["global", "local"] = ..., texture_weight: float = ..., texture_sigma_um: float = ..., floor: float = ..., brightness_at: Literal["image", "tissue"] = ..., background_variance_fraction: Optional[float] = ..., arousal_gain: float = ...) -> None: ...


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

    kind: str = "autofluorescence"
    @property
    def level(self) -> float: ...
    @property
    def field_cv(self) -> float: ...
    @property
    def field_sigma_um(self) -> float: ...
    @property
    def bleach_fraction(self) -> float: ...
    @property
    def bleach_tau_s(self) -> float: ...
    @property
    def granules_per_mm2(self) -> float: ...
    @property
    def granule_radius_um(self) -> float: ...
    @property
    def granule_level(self) -> float: ...
    @property
    def brightness_at(self) -> Literal["image", "tissue"]: ...
    def __init__(self, *, level: float = ..., field_cv: float = ..., field_sigma_um: float = ..., bleach_fraction: float = ..., bleach_tau_s: float = ..., granules_per_mm2: float = ..., granule_radius_um: float = ..., granule_level: float = ..., brightness_at: Literal["image", "tissue"] = ...) -> None: ...


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
    @property
    def depth_um(self) -> float: ...
    @property
    def n_roots(self) -> int: ...
    @property
    def root_radius_um(self) -> float: ...
    @property
    def min_radius_um(self) -> float: ...
    @property
    def opacity(self) -> float: ...
    @property
    def absorption_per_um(self) -> float: ...
    @property
    def branch_prob(self) -> float: ...
    @property
    def tortuosity_deg(self) -> float: ...
    @property
    def branch_angle_deg(self) -> float: ...
    @property
    def branch_area_main(self) -> float: ...
    @property
    def step_per_radius(self) -> float: ...
    def __init__(self, *, depth_um: float = ..., n_roots: int = ..., root_radius_um: float = ..., min_radius_um: float = ..., opacity: float = ..., absorption_per_um: float = ..., branch_prob: float = ..., tortuosity_deg: float = ..., branch_angle_deg: float = ..., branch_area_main: float = ..., step_per_radius: float = ...) -> None: ...


class Vasculature(Step):
    """Blood vessels that shade everything below them.

    Parameters
    ----------
    enabled : bool, default False
        Off: the step does nothing.
    layers : list of VesselLayer, default empty
        The layers; none: the step does nothing.
    """

    kind: str = "vasculature"
    @property
    def enabled(self) -> bool: ...
    @property
    def layers(self) -> Tuple[VesselLayer, ...]: ...
    def __init__(self, *, enabled: bool = ..., layers: Sequence[VesselLayer] = ...) -> None: ...


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

    kind: str = "hemodynamics"
    @property
    def heart_hz(self) -> float: ...
    @property
    def heart_artery(self) -> float: ...
    @property
    def heart_vein(self) -> float: ...
    @property
    def vasomotion_hz(self) -> float: ...
    @property
    def vasomotion_artery(self) -> float: ...
    @property
    def locomotion_artery(self) -> float: ...
    @property
    def locomotion_vein(self) -> float: ...
    @property
    def perfusion_locomotion(self) -> float: ...
    @property
    def perfusion_vasomotion(self) -> float: ...
    @property
    def perfusion_heart(self) -> float: ...
    @property
    def artery_fraction(self) -> float: ...
    def __init__(self, *, heart_hz: float = ..., heart_artery: float = ..., heart_vein: float = ..., vasomotion_hz: float = ..., vasomotion_artery: float = ..., locomotion_artery: float = ..., locomotion_vein: float = ..., perfusion_locomotion: float = ..., perfusion_vasomotion: float = ..., perfusion_heart: float = ..., artery_fraction: float = ...) -> None: ...


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

    kind: str = "brain_motion"
    @property
    def model(self) -> Literal["physical", "walk"]: ...
    @property
    def trajectory_um(self) -> Optional[Tuple[Tuple[float, float], ...]]: ...
    @property
    def max_shift_um(self) -> float: ...
    @property
    def locomotion_freq_hz(self) -> float: ...
    @property
    def motion_amplitude_um(self) -> float: ...
    @property
    def locomotion_axis(self) -> Literal["y", "x"]: ...
    @property
    def resonance_freq_hz(self) -> float: ...
    @property
    def damping_ratio(self) -> float: ...
    @property
    def locomotion_fraction(self) -> float: ...
    @property
    def locomotion_gain(self) -> float: ...
    @property
    def rest_fraction(self) -> float: ...
    @property
    def walk_step_um(self) -> float: ...
    def __init__(self, *, model: Literal["physical", "walk"] = ..., trajectory_um: Optional[Sequence[Tuple[float, float]]] = ..., max_shift_um: float = ..., locomotion_freq_hz: float = ..., motion_amplitude_um: float = ..., locomotion_axis: Literal["y", "x"] = ..., resonance_freq_hz: float = ..., damping_ratio: float = ..., locomotion_fraction: float = ..., locomotion_gain: float = ..., rest_fraction: float = ..., walk_step_um: float = ...) -> None: ...


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

    kind: str = "illumination_profile"
    @property
    def falloff(self) -> float: ...
    @property
    def exponent(self) -> float: ...
    @property
    def center_offset_um(self) -> Tuple[float, float]: ...
    def __init__(self, *, falloff: float = ..., exponent: float = ..., center_offset_um: Tuple[float, float] = ...) -> None: ...


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

    kind: str = "vignette"
    @property
    def falloff(self) -> float: ...
    @property
    def exponent(self) -> float: ...
    @property
    def center_offset_um(self) -> Tuple[float, float]: ...
    def __init__(self, *, falloff: float = ..., exponent: float = ..., center_offset_um: Tuple[float, float] = ...) -> None: ...


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

    kind: str = "leakage"
    @property
    def profile(self) -> Literal["gaussian", "uniform"]: ...
    @property
    def level(self) -> float: ...
    @property
    def sigma_um(self) -> Optional[float]: ...
    def __init__(self, *, profile: Literal["gaussian", "uniform"] = ..., level: float = ..., sigma_um: Optional[float] = ...) -> None: ...


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

    kind: str = "hot_pixels"
    @property
    def fraction(self) -> float: ...
    @property
    def mean_e_per_s(self) -> float: ...
    def __init__(self, *, fraction: float = ..., mean_e_per_s: float = ...) -> None: ...


class Sensor(Step):
    """Photons become counts: λ = max(intensity·photons_per_unit, 0)·QE expected electrons; Poisson shot noise and Gaussian read noise; counts = clip(⌊electrons·gain⌋, 0, 2^bits − 1).

    The noise itself is in SensorKernel.

    Parameters
    ----------
    photons_per_unit : float, default 100.0
        Photons per frame for one unit of intensity. Must be in (0, 1000000000].
    """

    kind: str = "sensor"
    @property
    def photons_per_unit(self) -> float: ...
    def __init__(self, *, photons_per_unit: float = ...) -> None: ...


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
    @property
    def na(self) -> float: ...
    @property
    def magnification(self) -> float: ...
    @property
    def emission_nm(self) -> float: ...
    @property
    def depth_of_field_um(self) -> Union[float, Literal["auto"]]: ...
    @property
    def field_curvature_radius_um(self) -> Optional[float]: ...
    def __init__(self, *, na: float = ..., magnification: float = ..., emission_nm: float = ..., depth_of_field_um: Union[float, Literal["auto"]] = ..., field_curvature_radius_um: Optional[float] = ...) -> None: ...


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
    @property
    def n_px_height(self) -> int: ...
    @property
    def n_px_width(self) -> int: ...
    @property
    def pixel_pitch_um(self) -> float: ...
    @property
    def quantum_efficiency(self) -> float: ...
    @property
    def read_noise_e(self) -> float: ...
    @property
    def gain_adu_per_e(self) -> float: ...
    @property
    def bit_depth(self) -> int: ...
    def __init__(self, *, n_px_height: int = ..., n_px_width: int = ..., pixel_pitch_um: float = ..., quantum_efficiency: float = ..., read_noise_e: float = ..., gain_adu_per_e: float = ..., bit_depth: int = ...) -> None: ...


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
    @property
    def scatter_mfp_excitation_um(self) -> float: ...
    @property
    def scatter_mfp_emission_um(self) -> float: ...
    @property
    def scatter_blur_per_um(self) -> float: ...
    def __init__(self, *, scatter_mfp_excitation_um: float = ..., scatter_mfp_emission_um: float = ..., scatter_blur_per_um: float = ...) -> None: ...


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
    @property
    def optics(self) -> Optics: ...
    @property
    def image_sensor(self) -> ImageSensor: ...
    @property
    def tissue(self) -> Tissue: ...
    @property
    def fps(self) -> float: ...
    @property
    def duration_s(self) -> float: ...
    @property
    def focal_depth_in_tissue_um(self) -> Union[float, Literal["auto"]]: ...
    @property
    def front_working_distance_um(self) -> Optional[float]: ...
    def __init__(self, *, optics: Optics = ..., image_sensor: ImageSensor = ..., tissue: Tissue = ..., fps: float = ..., duration_s: float = ..., focal_depth_in_tissue_um: Union[float, Literal["auto"]] = ..., front_working_distance_um: Optional[float] = ...) -> None: ...


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
    @property
    def save_intermediates(self) -> bool: ...
    @property
    def store_dtype(self) -> Literal["float32", "float64", "auto"]: ...
    @property
    def save_background(self) -> bool: ...
    @property
    def save_observed_footprints(self) -> bool: ...
    def __init__(self, *, save_intermediates: bool = ..., store_dtype: Literal["float32", "float64", "auto"] = ..., save_background: bool = ..., save_observed_footprints: bool = ...) -> None: ...


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
    @property
    def acquisition(self) -> Acquisition: ...
    @property
    def seed(self) -> int: ...
    @property
    def steps(self) -> Tuple[Step, ...]: ...
    @property
    def output(self) -> Output: ...
    def __init__(self, *, acquisition: Acquisition = ..., seed: int = ..., steps: Sequence[Step] = ..., output: Output = ...) -> None: ...

STEPS: Dict[str, Type[Step]]
