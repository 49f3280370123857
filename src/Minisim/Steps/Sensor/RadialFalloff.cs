namespace Minisim.Steps;
public sealed partial record IlluminationProfile { internal double[] FieldFor(Acquisition a) => throw new NotImplementedException(); }
public sealed partial record Vignette { internal double[] FieldFor(Acquisition a) => throw new NotImplementedException(); }
