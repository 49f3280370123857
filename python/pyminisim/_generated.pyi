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
    positions_um : list of (z, y, x) in µm, default None
        Exact centres (z, y, x), µm, instead of random ones; null = random.
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
    def positions_um(self) -> Optional[Tuple[Tuple[float, float, float], ...]]: ...
    def __init__(self, *, density_per_mm3: float = ..., soma_radius_um: float = ..., irregularity: float = ..., morphology: Literal["soma", "cytosolic"] = ..., dendrite_length_um: float = ..., dendrite_width_um: float = ..., depth_range_um: Tuple[float, float] = ..., min_distance_um: float = ..., positions_um: Optional[Sequence[Tuple[float, float, float]]] = ...) -> None: ...


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
    def positions_um(self) -> Optional[Tuple[Tuple[float, float, float], ...]]: ...
    @property
    def populations(self) -> Optional[Tuple[NeuronPopulation, ...]]: ...
    def __init__(self, *, density_per_mm3: float = ..., soma_radius_um: float = ..., irregularity: float = ..., morphology: Literal["soma", "cytosolic"] = ..., dendrite_length_um: float = ..., dendrite_width_um: float = ..., depth_range_um: Tuple[float, float] = ..., min_distance_um: float = ..., positions_um: Optional[Sequence[Tuple[float, float, float]]] = ..., populations: Optional[Sequence[NeuronPopulation]] = ...) -> None: ...


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
    def __init__(self, *, spike_sim_hz: float = ..., p_quiescent_to_active: float = ..., p_active_to_quiescent: float = ..., active_rate_hz: float = ..., quiescent_rate_hz: float = ..., tau_rise_s: float = ..., tau_decay_s: float = ..., brightness_cv: float = ..., f0: float = ..., trace_noise: float = ...) -> None: ...


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
    """Sums the cells onto the canvas: canvas(t) += Σ_i F_i·C_i(t)·B_i(t), with the observed footprint F if optics ran, else the planted one. Without activity there is no light."""

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
        Brightness, in units of a cell's resting fluorescence at the surface. Must be in (0, 1000000000].
    n_components : int, default 3
        Number of fields. Must be in [1, 64].
    population_coupling : float, default 0.7
        Share of the envelope that follows the population. Where none of its cells emits, that share is level
        (1) and the truth has no neuropil_population. Must be in [0, 1].
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
    def __init__(self, *, spatial_sigma_um: float = ..., temporal_tau_s: float = ..., population_tau_s: float = ..., amplitude: float = ..., n_components: int = ..., population_coupling: float = ...) -> None: ...


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
    def walk_step_um(self) -> float: ...
    def __init__(self, *, model: Literal["physical", "walk"] = ..., trajectory_um: Optional[Sequence[Tuple[float, float]]] = ..., max_shift_um: float = ..., locomotion_freq_hz: float = ..., motion_amplitude_um: float = ..., locomotion_axis: Literal["y", "x"] = ..., resonance_freq_hz: float = ..., damping_ratio: float = ..., locomotion_fraction: float = ..., walk_step_um: float = ...) -> None: ...


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
    """
    @property
    def save_intermediates(self) -> bool: ...
    @property
    def store_dtype(self) -> Literal["float32", "float64", "auto"]: ...
    def __init__(self, *, save_intermediates: bool = ..., store_dtype: Literal["float32", "float64", "auto"] = ...) -> None: ...


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
