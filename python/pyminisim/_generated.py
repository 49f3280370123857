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
    positions_um : list of (z, y, x) in µm, default None
        Exact centres (z, y, x), µm, instead of random ones; null = random.
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
        "positions_um": F("list", None, element="tuple", components=("z", "y", "x",), nullable=True, unit="µm", remedy='The default is null.'),
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
        "positions_um": F("list", None, element="tuple", components=("z", "y", "x",), nullable=True, unit="µm", remedy='The default is null.'),
        "populations": F("list", None, record="NeuronPopulation", element="record", nullable=True, remedy='The default is null.'),
    }


class CellActivity(Step):
    """Spikes and calcium: a two-state gate per cell, spikes on a fine grid, a double-exponential indicator.

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
    """Sums the cells onto the canvas: canvas(t) += Σ_i F_i·C_i(t)·B_i(t), with the observed footprint F if optics ran, else the planted one. Without activity there is no light."""

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
        Brightness, in units of a cell's resting fluorescence at the surface. Must be in (0, 1000000000].
    n_components : int, default 3
        Number of fields. Must be in [1, 64].
    population_coupling : float, default 0.7
        Share of the envelope that follows the population. Where none of its cells emits, that share is level
        (1) and the truth has no neuropil_population. Must be in [0, 1].
    """

    kind = "neuropil"
    _fields = {
        "spatial_sigma_um": F("number", 40.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="µm", remedy='The default is 40.0 µm.'),
        "temporal_tau_s": F("number", 10.0, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="s", remedy='The default is 10.0 s.'),
        "population_tau_s": F("number", 1.5, low=0, high=_INF, low_open=True, rule="must be > 0.", unit="s", remedy='The default is 1.5 s.'),
        "amplitude": F("number", 0.5, low=0, high=1000000000, low_open=True, rule="must be in (0, 1000000000].", remedy='The default is 0.5.'),
        "n_components": F("integer", 3, low=1, high=64, rule="must be in [1, 64].", remedy='The default is 3.'),
        "population_coupling": F("number", 0.7, low=0, high=1, rule="must be in [0, 1].", remedy='The default is 0.7.'),
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
    """
    _fields = {
        "save_intermediates": F("flag", False, remedy='The default is false.'),
        "store_dtype": F("text", "float32", choices=("float32", "float64", "auto",), remedy='The default is "float32".'),
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
    "cell_activity": CellActivity,
    "bleaching": Bleaching,
    "optics": CellOptics,
    "composite": Composite,
    "neuropil": Neuropil,
    "vasculature": Vasculature,
    "brain_motion": BrainMotion,
    "illumination_profile": IlluminationProfile,
    "vignette": Vignette,
    "leakage": Leakage,
    "hot_pixels": HotPixels,
    "sensor": Sensor,
}

__all__ = ["NeuronPopulation", "PlaceNeurons", "CellActivity", "Bleaching", "CellOptics", "Composite", "Neuropil", "VesselLayer", "Vasculature", "BrainMotion", "IlluminationProfile", "Vignette", "Leakage", "HotPixels", "Sensor", "Optics", "ImageSensor", "Tissue", "Acquisition", "Output"]
