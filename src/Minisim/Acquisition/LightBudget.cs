namespace Minisim;

/// <summary>How light becomes electrons: one home for the sensor, the choice of a focus, the truth and the metrics.</summary>
/// <param name="Sensor">The camera chip.</param>
/// <param name="PhotonsPerUnit">Photons per frame for one unit of intensity.</param>
public sealed record LightBudget(ImageSensor Sensor, double PhotonsPerUnit)
{
    /// <summary>Electrons of one unit of intensity: photons times quantum efficiency.</summary>
    public double ElectronsPerUnit => PhotonsPerUnit * Sensor.QuantumEfficiency;

    /// <summary>Expected electrons of an intensity: <c>light·photons_per_unit·QE</c>.</summary>
    public double Electrons(double light) => light * PhotonsPerUnit * Sensor.QuantumEfficiency;
}
